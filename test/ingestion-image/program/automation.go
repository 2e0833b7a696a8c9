package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Automation is an automation Workflow. What the program is given names it; what is done is read from the server, by that
// name, as the real program does.
type Automation struct {
	Name         string                     `json:"name"`
	WorkflowType string                     `json:"workflowType"`
	Request      map[string]json.RawMessage `json:"request"`
	Server       *Server                    `json:"openMetadataServerConnection,omitempty"`
	Status       string                     `json:"status,omitempty"`
	Response     any                        `json:"response,omitempty"`
}

// automate is `run_automation.py`: it gives its answer on the Workflow, and exits with 0 also when that is a failure.
func automate() int {
	var given Automation
	if err := readConfig(os.Getenv("config"), &given); err != nil {
		return raise(err)
	}
	if given.Name == "" || given.Server == nil || given.Server.SecurityConfig == nil {
		return raise(errors.New("ValidationError: config lacks name or openMetadataServerConnection"))
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	workflow, err := fetchAutomation(given)
	if err != nil {
		return raise(err)
	}
	simulation := simulationIn(workflow.Request)
	return simulation.marked(func() int { return simulation.automate(given.Server, workflow, stop) })
}

func (s Simulation) automate(server *Server, workflow Automation, stop <-chan os.Signal) int {
	info("Running automation [%s] of type [%s]", workflow.Name, workflow.WorkflowType)
	if err := workflow.put(server, "Running", workflow.response("Running")); err != nil {
		return raise(err)
	}
	if _, err := s.work(stop, nobody); err != nil {
		logLine("ERROR", "%v", err)
		return exitSigterm
	}
	if end := s.end(); end != "none" {
		told := automationEnds[end]
		if err := workflow.put(server, told.status, workflow.response(told.response)); err != nil {
			return raise(err)
		}
	}
	return s.ExitCode
}

// automationEnds is what each `end` of a simulation posts: the status of the Workflow, and that of its response. The real
// program calls a test connection `Successful` whose steps have failed.
var automationEnds = map[string]struct{ status, response string }{
	"success":     {"Successful", "Successful"},
	"failed":      {"Failed", "Failed"},
	"failedSteps": {"Successful", "Failed"},
}

func fetchAutomation(given Automation) (Automation, error) {
	var workflow Automation
	path := "/v1/automations/workflows/name/" + url.PathEscape(given.Name)
	status, answer, err := callServer(newClient(*given.Server), given.Server, http.MethodGet, path, nil)
	if err != nil {
		return workflow, err
	}
	if status != http.StatusOK {
		return workflow, fmt.Errorf("GET automation workflow: %d %s", status, answer)
	}
	return workflow, json.Unmarshal(answer, &workflow)
}

// put replaces the Workflow whole, as the real program does.
func (a Automation) put(server *Server, status string, response any) error {
	a.Status, a.Response = status, response
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	code, answer, err := callServer(newClient(*server), server, http.MethodPut, "/v1/automations/workflows", body)
	if err == nil && code > 299 {
		err = fmt.Errorf("PUT automation workflow: %d %s", code, answer)
	}
	return err
}

// response has the shape of the Workflow's type. The first step of a test connection is passed while it runs.
func (a Automation) response(status string) any {
	switch a.WorkflowType {
	case "QUERY_RUNNER":
		return map[string]any{"status": status}
	case "REVERSE_INGESTION":
		var service struct {
			ID string `json:"id"`
		}
		_ = json.Unmarshal(a.Request["service"], &service)
		return map[string]any{"serviceId": service.ID, "results": []any{}, "success": status == "Successful"}
	}
	steps := []map[string]any{{"name": "CheckAccess", "mandatory": true, "passed": true}}
	if status == "Failed" {
		steps = append(steps, map[string]any{"name": "GetSchemas", "mandatory": true, "passed": false, "errorLog": "access denied"})
	}
	return map[string]any{"status": status, "lastUpdatedAt": time.Now().UnixMilli(), "steps": steps}
}

// App is what this program reads of an application.
type App struct {
	Name              string                     `json:"name"`
	SourcePythonClass string                     `json:"sourcePythonClass"`
	AppConfiguration  map[string]json.RawMessage `json:"appConfiguration"`
}

// runApplication is `python -m metadata.applications.runner`. Its end is told by nobody.
func runApplication() int {
	var app App
	if err := readConfig(os.Getenv("config"), &app); err != nil {
		return raise(err)
	}
	if app.SourcePythonClass == "" {
		return raise(errors.New("ValidationError: config lacks sourcePythonClass"))
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	info("Running application [%s] of class [%s]", app.Name, app.SourcePythonClass)
	simulation := simulationIn(app.AppConfiguration)
	if _, err := simulation.work(stop, nobody); err != nil {
		logLine("ERROR", "%v", err)
		return exitSigterm
	}
	return simulation.ExitCode
}
