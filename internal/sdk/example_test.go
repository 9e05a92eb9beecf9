package sdk_test

import (
	"fmt"
	"time"

	"tenement/internal/sdk"
	"tenement/internal/strategy"
)

// A preset is the strategy of a real SDK. botocore keeps credentials, and
// refreshes them 15 minutes before they expire.
func ExampleNamed() {
	preset, _, _ := sdk.Named("botocore")
	fmt.Println(preset.SDK)

	cache := preset.Strategy.Cache
	loaded := strategy.Outcome{Status: 200, Body: strategy.BodyOK, Expires: time.Hour}
	entry := cache.Store(0, strategy.Entry{}, loaded, 0)
	for _, now := range []time.Duration{44 * time.Minute, 45 * time.Minute, 50 * time.Minute} {
		fmt.Println(now, cache.Lookup(now, entry) == strategy.Hit)
	}
	// Output:
	// botocore 1.43 and 1.44 (boto3, AWS CLI)
	// 44m0s true
	// 45m0s false
	// 50m0s false
}
