package main

import (
	"context"

	"github.com/cert-manager/trust-manager/pkg/apis/trust/v1alpha1"
	"github.com/cert-manager/trust-manager/pkg/bundle"
	"github.com/cert-manager/trust-manager/pkg/bundle/controller"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/clientcmd"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

// trustManager is trust-manager's controller without its webhook: the API server could reach that only through a
// Service. Its own command would also serve metrics and probes on every address of the machine.
func trustManager() int {
	return controllers{
		crds: []string{"bundles.trust.cert-manager.io"},
		run:  runTrustManager,
	}.serve()
}

func runTrustManager(ctx context.Context, kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		return err
	}
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return err
	}
	options := controller.Options{Namespace: certManagerNamespace}
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:  scheme,
		Cache:   bundle.CacheOpts(options),
		Metrics: server.Options{BindAddress: "0"},
	})
	if err != nil {
		return err
	}
	if err := bundle.SetupWithManager(ctx, manager, options); err != nil {
		return err
	}
	return manager.Start(ctx)
}
