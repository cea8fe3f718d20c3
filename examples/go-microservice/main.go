// A small HTTP service: the time, in any zone.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/go-chi/chi/v5"
)

func main() {
	router := chi.NewRouter()
	router.Get("/health", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
	})
	router.Get("/time/{zone}", func(w http.ResponseWriter, r *http.Request) {
		zone, err := time.LoadLocation(chi.URLParam(r, "zone"))
		if err != nil {
			http.Error(w, "unknown zone", http.StatusNotFound)
			return
		}
		json.NewEncoder(w).Encode(map[string]string{"time": time.Now().In(zone).Format(time.RFC3339)})
	})

	server := &http.Server{Addr: ":8080", Handler: router}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	go func() {
		<-stop.Done()
		server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
}
