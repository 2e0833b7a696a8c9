package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Simulation is the object `simulate` in source.sourceConfig.config (of an application: in appConfig or appConfiguration; of
// an automation: in the request of its Workflow). It tells how the run goes; all of it may be left out.
type Simulation struct {
	// Seconds is how long the work takes.
	Seconds float64 `json:"seconds"`
	// WaitAt is an address that is asked half-way through the lines: the work goes on when it is answered, however long that takes.
	WaitAt string `json:"waitAt"`
	// Lines is how many lines of log are written, spread over the time.
	Lines int `json:"lines"`
	// ExitCode is what the program ends with.
	ExitCode int `json:"exitCode"`
	// FailAttempts is how many attempts of the run end with exit code 1, before the others end as the rest says. The name
	// of the job ends with the number of the attempt.
	FailAttempts int `json:"failAttempts"`
	// End is the state that is posted: success, partialSuccess, failed or none. Left out it is success, or none when
	// the exit code is not 0, as with a program that dies. Of an automation also failedSteps: done, with steps that failed.
	End string `json:"end"`
	// AllocateMiB is how much memory is taken, and used, during the work.
	AllocateMiB int `json:"allocateMiB"`
	// AllocateAtEnd takes the memory after the lines, and not before them.
	AllocateAtEnd bool `json:"allocateAtEnd"`
	// StreamedLines is how many of the lines are sent to OpenMetadata, too, as one batch once they are written.
	StreamedLines int `json:"streamedLines"`
	// LingerSeconds is how long the program goes on after it has posted its end.
	LingerSeconds float64 `json:"lingerSeconds"`
	// ExpectSecret makes the program end with exit code 1 unless its config holds that value.
	ExpectSecret *ExpectedSecret `json:"expectSecret"`
	// IgnoreSigterm makes the program go on when it is asked to stop.
	IgnoreSigterm bool `json:"ignoreSigterm"`
	// MarkAt is where the program tells that it began, and with what it ended: see mark.go.
	MarkAt string `json:"markAt"`
}

func (w Workflow) simulation() Simulation {
	config := w.AppConfig
	if w.Source != nil {
		config = w.Source.SourceConfig.Config
	}
	return simulationIn(config)
}

func simulationIn(config map[string]json.RawMessage) Simulation {
	simulation := Simulation{Lines: 3}
	if raw, ok := config["simulate"]; ok {
		if err := json.Unmarshal(raw, &simulation); err != nil {
			os.Exit(raise(fmt.Errorf("ValueError: simulate: %w", err)))
		}
	}
	if attemptOf(os.Getenv("jobName")) <= simulation.FailAttempts {
		simulation.ExitCode = exitFailed
	}
	if simulation.ExpectSecret != nil && !simulation.ExpectSecret.isFound() {
		info("access denied for user (using password: YES)")
		simulation.ExitCode = exitFailed
	}
	return simulation
}

func attemptOf(jobName string) int {
	attempt, err := strconv.Atoi(jobName[strings.LastIndex(jobName, "-")+1:])
	if err != nil {
		return 1
	}
	return attempt
}

func (s Simulation) end() string {
	switch {
	case s.End != "":
		return s.End
	case s.ExitCode != 0:
		return "none"
	default:
		return "success"
	}
}

// nobody is who takes no streamed lines: automations and applications have no run to send them for.
func nobody([]string) {}

// work takes the time, writes the lines and uses the memory. It gives the number of records that were "ingested", or
// an error when it was asked to stop. What is to be streamed is given to `stream`.
func (s Simulation) work(stop <-chan os.Signal, stream func(lines []string)) (int, error) {
	memory := make([][]byte, 0, s.AllocateMiB)
	allocate := func() {
		for range s.AllocateMiB {
			memory = append(memory, touched(1<<20))
		}
	}
	if !s.AllocateAtEnd {
		allocate()
	}
	step := time.Duration(s.Seconds * float64(time.Second) / float64(max(s.Lines, 1)))
	var streamed []string
	for line := range max(s.Lines, 1) {
		if line == max(s.Lines, 1)/2 {
			if err := s.waitForAnswer(stop); err != nil {
				return line, err
			}
		}
		if line < s.Lines {
			text := info("Processed table [table_%d] (%d of %d)", line+1, line+1, s.Lines)
			if line < s.StreamedLines {
				streamed = append(streamed, text)
			}
			if line+1 == s.StreamedLines {
				stream(streamed)
			}
		}
		if err := s.pause(step, stop); err != nil {
			return line, err
		}
	}
	if s.AllocateAtEnd {
		allocate()
	}
	if len(memory) > 0 {
		info("Used %d MiB", len(memory))
	}
	return s.Lines, nil
}

func (s Simulation) pause(step time.Duration, stop <-chan os.Signal) error {
	return goOn(s, time.After(step), stop)
}

// goOn waits for `when`, or until the program is asked to stop and listens.
func goOn[T any](s Simulation, when <-chan T, stop <-chan os.Signal) error {
	for {
		select {
		case <-when:
			return nil
		case received := <-stop:
			if !s.IgnoreSigterm {
				return fmt.Errorf("stopped by signal %v", received)
			}
			info("Ignoring signal %v", received)
		}
	}
}

// touched gives memory whose pages are all written to, so that it counts against a limit.
func touched(size int) []byte {
	block := make([]byte, size)
	for offset := 0; offset < size; offset += 4096 {
		block[offset] = 1
	}
	return block
}
