// Package api answers the HTTP requests.
package api

import (
	"encoding/json"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

var rates = map[string]float64{"EUR": 1, "USD": 1.09, "JPY": 163.2}

// Handler has the service's routes.
func Handler() http.Handler {
	router := chi.NewRouter()
	router.Get("/health", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
	})
	router.Handle("/metrics", promhttp.Handler())
	router.Get("/rates/{currency}", func(w http.ResponseWriter, r *http.Request) {
		rate, known := rates[chi.URLParam(r, "currency")]
		if !known {
			http.Error(w, "unknown currency", http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]float64{"rate": rate})
	})
	return router
}
