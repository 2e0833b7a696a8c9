package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"time"
)

// Mark is what a test is told of this very process, past Collate and past Kubernetes: that it began, and with what it ended.
type Mark struct {
	// Pod is the name that the node gave this machine: that of the pod.
	Pod string `json:"pod"`
	// RunID is empty where the program is not given it: then the name of its pod tells.
	RunID    string `json:"runId"`
	Event    string `json:"event"`
	ExitCode *int   `json:"exitCode,omitempty"`
}

const markTimeout = 10 * time.Second

// marked does the work between two marks and gives its exit code. A process that is killed leaves no second mark.
func (s Simulation) marked(work func() int) int {
	s.mark("started", nil)
	exitCode := work()
	s.mark("ended", &exitCode)
	return exitCode
}

func (s Simulation) mark(event string, exitCode *int) {
	if s.MarkAt == "" {
		return
	}
	pod, _ := os.Hostname()
	body, err := json.Marshal(Mark{Pod: pod, RunID: os.Getenv("pipelineRunId"), Event: event, ExitCode: exitCode})
	if err != nil {
		logLine("ERROR", "no mark: %v", err)
		return
	}
	client := &http.Client{Timeout: markTimeout}
	response, err := client.Post(s.MarkAt, "application/json", bytes.NewReader(body))
	if err != nil {
		logLine("ERROR", "no mark: %v", err)
		return
	}
	response.Body.Close()
}
