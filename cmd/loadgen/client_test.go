package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
)

// scriptClient is the command `client` of the scripts: it asks for credentials as
// often as its argument says, at once after each failure, and exits with 0 once it
// has some. With the argument "hang" it asks and does not end.
func scriptClient() {
	tries, err := strconv.Atoi(os.Args[1])
	hang := err != nil
	for range max(tries, 1) {
		if err = askOnce(); err == nil {
			break
		}
	}
	if hang {
		select {}
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "client: %v\n", err)
		os.Exit(1)
	}
}

// askOnce asks for credentials once.
func askOnce() error {
	a, err := http.Get(os.Getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI"))
	if err != nil {
		return err
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", a.StatusCode)
	}
	var document struct{ AccessKeyId string }
	return json.Unmarshal(body, &document)
}
