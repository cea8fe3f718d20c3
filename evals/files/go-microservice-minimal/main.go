// A small HTTP service: currency rates held in memory, with metrics.
package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/rates/internal/api"
)

func main() {
	// The image has no shell: the binary is its own health probe.
	if len(os.Args) > 1 && os.Args[1] == "healthcheck" {
		os.Exit(probe())
	}
	server := &http.Server{Addr: address(), Handler: api.Handler(), ReadHeaderTimeout: 5 * time.Second}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	go func() {
		<-stop.Done()
		_ = server.Shutdown(context.Background())
	}()
	slog.Info("listening", "address", server.Addr)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		slog.Error("stopped", "error", err)
		os.Exit(1)
	}
}

func address() string {
	if port := os.Getenv("PORT"); port != "" {
		return ":" + port
	}
	return ":8080"
}

func probe() int {
	response, err := http.Get("http://127.0.0.1" + address() + "/health")
	if err != nil || response.StatusCode != http.StatusOK {
		return 1
	}
	return 0
}
