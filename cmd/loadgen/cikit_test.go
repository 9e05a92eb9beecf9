package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// The action hands its inputs to the recipe, under the names that the recipe reads.
func TestAction(t *testing.T) {
	text, err := os.ReadFile("../../ci/action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var action struct {
		Inputs map[string]struct {
			Description string
			Required    bool
			Default     string
		}
		Runs struct {
			Using string
			Steps []struct {
				Name, Shell, Run, Uses string
				Env                    map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(text, &action); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`inputs\.([a-z]+)`).FindAllStringSubmatch(string(text), -1) {
		used[m[1]] = true
		if _, ok := action.Inputs[m[1]]; !ok {
			t.Errorf("the action uses an input %q that it does not have", m[1])
		}
	}
	for name, input := range action.Inputs {
		if !used[name] || input.Description == "" || !input.Required && input.Default == "" {
			t.Errorf("the input %q is unused, not described, or without a default", name)
		}
	}
	recipe, err := os.ReadFile("../../ci/check")
	if err != nil {
		t.Fatal(err)
	}
	if action.Runs.Using != "composite" {
		t.Errorf("got %q", action.Runs.Using)
	}
	for _, step := range action.Runs.Steps {
		if (step.Run == "") == (step.Uses == "") || step.Run != "" && step.Shell == "" {
			t.Errorf("step %q runs nothing, or both a command and an action, or in no shell", step.Name)
		}
		if strings.Contains(step.Run, "${{") {
			t.Errorf("step %q: text of the caller becomes code: %s", step.Name, step.Run)
		}
		for name := range step.Env {
			if strings.HasPrefix(step.Run, "LOADGEN=") && name != "PROFILES" && !strings.Contains(string(recipe), "${"+name+"-") && !strings.Contains(string(recipe), "${"+name+":-") {
				t.Errorf("step %q sets %s, which the recipe does not read", step.Name, name)
			}
		}
	}
}

// What docs/ci.md says of the recipe is so: its settings and its files.
func TestPageAboutCI(t *testing.T) {
	page, err := os.ReadFile("../../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Count(string(page), "\n")
	if lines > 120 {
		t.Errorf("got %d lines, want two screens", lines)
	}
	recipe, err := os.ReadFile("../../ci/check")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"RUN_FLAGS", "build/ci", "--pin", ".html", ".md", ".xml", ".json"} {
		if !strings.Contains(string(page), name) || !strings.Contains(string(recipe), name) {
			t.Errorf("%s is not both in the page and in the recipe", name)
		}
	}
}
