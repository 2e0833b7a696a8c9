package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// Simulation is the object `simulate` in source.sourceConfig.config (of an application: in appConfig or appConfiguration; of
// an automation: in the request of its Workflow). It tells how the run goes; all of it may be left out.
type Simulation struct {
	// Seconds is how long the work takes.
	Seconds float64 `json:"seconds"`
	// Lines is how many lines of log are written, spread over the time.
	Lines int `json:"lines"`
	// ExitCode is what the program ends with.
	ExitCode int `json:"exitCode"`
	// End is the state that is posted: success, partialSuccess, failed or none. Left out it is success, or none when
	// the exit code is not 0, as with a program that dies.
	End string `json:"end"`
	// AllocateMiB is how much memory is taken, and used, during the work.
	AllocateMiB int `json:"allocateMiB"`
	// LingerSeconds is how long the program goes on after it has posted its end.
	LingerSeconds float64 `json:"lingerSeconds"`
	// IgnoreSigterm makes the program go on when it is asked to stop.
	IgnoreSigterm bool `json:"ignoreSigterm"`
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
	return simulation
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

// work takes the time, writes the lines and uses the memory. It gives the number of records that were "ingested", or
// an error when it was asked to stop.
func (s Simulation) work(stop <-chan os.Signal) (int, error) {
	memory := make([][]byte, 0, s.AllocateMiB)
	for range s.AllocateMiB {
		memory = append(memory, touched(1<<20))
	}
	step := time.Duration(s.Seconds * float64(time.Second) / float64(max(s.Lines, 1)))
	for line := range max(s.Lines, 1) {
		if line < s.Lines {
			info("Processed table [table_%d] (%d of %d)", line+1, line+1, s.Lines)
		}
		if err := s.pause(step, stop); err != nil {
			return line, err
		}
	}
	if len(memory) > 0 {
		info("Used %d MiB", len(memory))
	}
	return s.Lines, nil
}

func (s Simulation) pause(step time.Duration, stop <-chan os.Signal) error {
	until := time.After(step)
	for {
		select {
		case <-until:
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
