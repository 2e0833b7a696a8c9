// A small real program that plays the ingestion image in tests and in the demo. It is installed as `python`, because
// pods start it as `python main.py`, and it keeps to the contract of that image: environment, status calls, exit code.
// What it does in between is told by the request itself, see simulation.go.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"syscall"
	"time"
)

const (
	exitUsage   = 2
	exitFailed  = 1
	exitSigterm = 128 + int(syscall.SIGTERM)
)

var pipelineTypes = []string{
	"metadata", "usage", "lineage", "profiler", "autoClassification", "TestSuite", "dataInsight",
	"elasticSearchReindex", "dbt", "application", "policyAgent",
}

func main() {
	script, err := scriptOf(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitUsage)
	}
	program, found := programs[script]
	if !found {
		fmt.Fprintf(os.Stderr, "python: can't open file '/ingestion/%s': [Errno 2] No such file or directory\n", script)
		os.Exit(exitUsage)
	}
	os.Exit(program())
}

// programs are the entry points of the ingestion image.
var programs = map[string]func() int{
	"main.py":                      ingest,
	"run_automation.py":            automate,
	"metadata.applications.runner": runApplication,
}

var (
	configFile = regexp.MustCompile(`open\(\s*['"]([^'"]+)['"]`)
	runScript  = regexp.MustCompile(`(?:run_path|open)\(\s*['"](?:[^'"]*/)?([^'"/]+\.py)['"]`)
	runModule  = regexp.MustCompile(`run_module\(\s*['"]([^'"]+)['"]`)
)

// scriptOf gives the script or module that the arguments start. Of `-c <code>` it understands one thing: code that sets `config`
// from a file and then runs a script, which is how a payload is given that is too large for an environment variable.
func scriptOf(args []string) (string, error) {
	switch {
	case len(args) == 1 && args[0] != "-c":
		return args[0], nil
	case len(args) == 2 && args[0] == "-m":
		return args[1], nil
	case len(args) == 2 && args[0] == "-c":
		file, script := configFile.FindStringSubmatch(args[1]), runScript.FindStringSubmatch(args[1])
		if script == nil {
			script = runModule.FindStringSubmatch(args[1])
		}
		if file == nil || script == nil {
			return "", errors.New("python: this stand-in only knows code that opens a config file and runs a script")
		}
		content, err := os.ReadFile(file[1])
		if err != nil {
			return "", err
		}
		return script[1], os.Setenv("config", string(content))
	default:
		return "", errors.New("usage: python SCRIPT.py | python -m MODULE | python -c CODE")
	}
}

// ingest plays one run and gives its exit code.
func ingest() int {
	config, err := workflowConfig(os.Getenv("config"))
	if err != nil {
		return raise(err)
	}
	pipelineType := os.Getenv("pipelineType")
	if pipelineType == "" {
		return raise(errors.New("RuntimeError: Missing environment variable `pipelineType`. This is needed to run the ingestion"))
	}
	if !slices.Contains(pipelineTypes, pipelineType) {
		return raise(fmt.Errorf("ValueError: Cannot find the workflow for pipelineType [%s]", pipelineType))
	}
	if id := os.Getenv("pipelineRunId"); id != "" {
		config.PipelineRunID = id
	}
	if config.IngestionPipelineFQN == "" {
		config.IngestionPipelineFQN = os.Getenv("ingestionPipelineFQN")
	}
	return play(config, pipelineType)
}

func play(config Workflow, pipelineType string) int {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	simulation := config.simulation()
	return simulation.marked(func() int { return simulation.ingest(config, pipelineType, stop) })
}

func (s Simulation) ingest(config Workflow, pipelineType string, stop <-chan os.Signal) int {
	run := newRun(config)
	info("Executing workflow [%s] in Runner [%s]", config.IngestionPipelineFQN, config.IngestionRunnerName)
	run.post("running", nil)
	records, err := s.work(stop, run.stream)
	if err != nil {
		logLine("ERROR", "%v", err)
		return exitSigterm
	}
	if end := s.end(); end != "none" {
		run.post(end, summary(pipelineType, end, records))
		if err := s.pause(time.Duration(s.LingerSeconds*float64(time.Second)), stop); err != nil {
			logLine("ERROR", "%v", err)
			return exitSigterm
		}
	}
	info("Workflow %s finished in time: %.2fs", pipelineType, time.Since(run.start).Seconds())
	return s.ExitCode
}

// raise prints an error as an uncaught Python exception would look, and gives the exit code of one.
func raise(err error) int {
	fmt.Fprintf(os.Stderr, "Traceback (most recent call last):\n  File \"/ingestion/main.py\", in <module>\n    main()\n%v\n", err)
	return exitFailed
}

func info(format string, args ...any) string { return logLine("INFO", format, args...) }

// logLine writes a line and gives it, with its newline.
func logLine(level, format string, args ...any) string {
	now := time.Now().UTC().Format("2006-01-02 15:04:05")
	line := fmt.Sprintf("[%s] %-8s {metadata.Ingestion:metadata} - %s\n", now, level, fmt.Sprintf(format, args...))
	fmt.Print(line)
	return line
}
