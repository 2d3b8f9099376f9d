// Command rehearsal-cluster is every program of the rehearsal's control plane in one file: they share the Kubernetes
// libraries, so one build is the shortest wait and one file the least disk.
package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// applets find their arguments in os.Args, their own name first, and return the exit code.
var applets = map[string]func() int{
	"cert-manager":            certManager,
	"etcd":                    etcd,
	"helm":                    helm,
	"kube-apiserver":          kubeAPIServer,
	"kube-controller-manager": kubeControllerManager,
	"kube-scheduler":          kubeScheduler,
	"kubectl":                 kubectl,
	"trust-manager":           trustManager,
}

func main() {
	// A link named after an applet is that applet.
	name := filepath.Base(os.Args[0])
	if applets[name] == nil {
		if len(os.Args) < 2 || applets[os.Args[1]] == nil {
			known := strings.Join(slices.Sorted(maps.Keys(applets)), ", ")
			fmt.Fprintf(os.Stderr, "usage: %s <applet> [arguments]\napplets: %s\n", name, known)
			os.Exit(2)
		}
		os.Args = os.Args[1:]
		name = os.Args[0]
	}
	os.Exit(applets[name]())
}
