{{- /*
A Deployment of the control plane. Takes root, component (the label), name, selector (the labels that select its pods: the
official chart's, to the letter, because no Deployment can change them), inboundPorts, containers and volumes (templates'
names), podAnnotations, and identity for the one pod whose proxy cannot ask another for its certificate.
*/ -}}
{{- define "workload" -}}
{{- $values := .root.Values -}}
{{- $labels := include "labels" (dict "root" .root "component" .component) -}}
{{- $resources := include "resources" $values.proxy.resources -}}
{{- $proxy := dict "root" .root "policy" "all-unauthenticated" "opaquePorts" $values.proxy.opaquePorts
    "grace" $values.proxy.shutdownGracePeriod "resources" $resources "inboundPorts" .inboundPorts "native" (not .identity)
    "identity" .identity "destination" (eq .component "destination") "requireTLS" .requireTLS -}}
{{- $init := dict "root" .root "resources" $resources "inbound" $values.proxyInit.ignoreInboundPorts
    "outbound" $values.proxyInit.kubeAPIServerPorts -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    app.kubernetes.io/name: {{ .component }}
    app.kubernetes.io/part-of: Linkerd
    app.kubernetes.io/version: {{ $values.linkerdVersion }}
    {{- $labels | nindent 4 }}
  annotations:
    linkerd.io/created-by: linkerd/helm {{ $values.linkerdVersion }}
spec:
  replicas: {{ $values.controllerReplicas }}
  revisionHistoryLimit: {{ $values.revisionHistoryLimit }}
  strategy: {{ toJson $values.deploymentStrategy }}
  selector:
    matchLabels: {{ toJson .selector }}
  template:
    metadata:
      labels:
        linkerd.io/control-plane-component: {{ .component }}
        linkerd.io/control-plane-ns: {{ .root.Release.Namespace }}
        linkerd.io/workload-ns: {{ .root.Release.Namespace }}
        linkerd.io/proxy-deployment: {{ .name }}
        {{- with $values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        {{- if not .identity }}
        checksum/config: {{ include (printf "rights.%s" .component) .root | sha256sum }}
        {{- end }}
        linkerd.io/created-by: linkerd/helm {{ $values.linkerdVersion }}
        linkerd.io/proxy-version: {{ $values.linkerdVersion }}
        # The roots come from outside, so the chart has nothing to take the sum of but an empty text.
        linkerd.io/trust-root-sha256: {{ sha256sum "" }}
        cluster-autoscaler.kubernetes.io/safe-to-evict: "true"
        {{- if eq .component "proxy-injector" }}
        config.linkerd.io/opaque-ports: "8443"
        {{- end }}
        config.linkerd.io/default-inbound-policy: all-unauthenticated
        {{- with merge dict (.podAnnotations | default dict) $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ .name }}
      # Its token comes in a volume, as the proxy's does, and not into the proxy's container.
      automountServiceAccountToken: false
      {{- with $values.imagePullSecrets }}
      imagePullSecrets: {{ toJson . }}
      {{- end }}
      nodeSelector: {{ toJson $values.nodeSelector }}
      {{- with $values.tolerations }}
      tolerations: {{ toJson . }}
      {{- end }}
      securityContext:
        seccompProfile: { type: RuntimeDefault }
      {{- with $values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with $values.runtimeClassName }}
      runtimeClassName: {{ . }}
      {{- end }}
      {{- if $values.enablePodAntiAffinity }}
      {{- $same := list (dict "key" "linkerd.io/control-plane-component" "operator" "In" "values" (list .component)) }}
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 100
              podAffinityTerm:
                labelSelector: { matchExpressions: {{ toJson $same }} }
                topologyKey: topology.kubernetes.io/zone
          requiredDuringSchedulingIgnoredDuringExecution:
            - labelSelector: { matchExpressions: {{ toJson $same }} }
              topologyKey: kubernetes.io/hostname
      {{- end }}
      initContainers:
        - {{- include "proxy.init" $init | nindent 10 }}
        {{- if not .identity }}
        - {{- include "proxy" $proxy | nindent 10 }}
        {{- end }}
      containers:
        {{- include .containers .root | nindent 8 }}
        {{- if .identity }}
        - {{- include "proxy" $proxy | nindent 10 }}
        {{- end }}
      volumes:
        {{- include .volumes .root | nindent 8 }}
        - name: kube-api-access
          projected:
            defaultMode: 420
            sources:
              - serviceAccountToken: { expirationSeconds: 3607, path: token }
              - configMap: { name: kube-root-ca.crt, items: [{ key: ca.crt, path: ca.crt }] }
              - downwardAPI: { items: [{ path: namespace, fieldRef: { apiVersion: v1, fieldPath: metadata.namespace } }] }
        {{- include "proxy.volumes" .root | nindent 8 }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
{{- if $values.enablePodDisruptionBudget }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .budget | default .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
  annotations:
    linkerd.io/created-by: linkerd/helm {{ $values.linkerdVersion }}
spec:
  maxUnavailable: {{ $values.controller.podDisruptionBudget.maxUnavailable }}
  selector:
    matchLabels:
      linkerd.io/control-plane-component: {{ .component }}
{{- end }}
{{- end }}

{{- /*
A container that runs one of the controller image's commands. Takes root, name, args, ports (name to number), admin (the
probes' port, by number or by name), resources, mounts, and command for another program than the image's own.
*/ -}}
{{- define "controller" -}}
{{- $values := .root.Values -}}
- name: {{ .name }}
  image: {{ $values.controllerImage }}:{{ $values.controllerImageVersion | default $values.linkerdVersion }}
  imagePullPolicy: {{ $values.imagePullPolicy }}
  {{- with .command }}
  command: {{ toJson . }}
  {{- end }}
  args: {{ toJson .args }}
  ports:
    {{- range $name, $port := .ports }}
    - { name: {{ $name }}, containerPort: {{ $port }} }
    {{- end }}
  livenessProbe:
    httpGet: { path: {{ .livePath | default "/ping" }}, port: {{ .admin }} }
    initialDelaySeconds: 10
    timeoutSeconds: 1
  readinessProbe:
    httpGet: { path: /ready, port: {{ .admin }} }
    failureThreshold: 7
    timeoutSeconds: 1
  resources: {{ include "resources" .resources }}
  securityContext:
    allowPrivilegeEscalation: false
    capabilities: { drop: [ALL] }
    readOnlyRootFilesystem: true
    runAsNonRoot: true
    runAsUser: {{ $values.controllerUID }}
    seccompProfile: { type: RuntimeDefault }
  volumeMounts:
    {{- range $name, $path := .mounts }}
    - { name: {{ $name }}, mountPath: {{ $path }}, readOnly: true }
    {{- end }}
    - { name: kube-api-access, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true }
{{- end }}

{{- /* A Service of the control plane. Takes root, component, name, port, portName, targetPort, headless, and opaque for ports that are opaque. */ -}}
{{- define "service" }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "labels" (dict "root" .root "component" .component) | nindent 4 }}
  annotations:
    linkerd.io/created-by: linkerd/helm {{ .root.Values.linkerdVersion }}
    {{- with .opaque }}
    config.linkerd.io/opaque-ports: {{ . | quote }}
    {{- end }}
spec:
  {{- if .headless }}
  clusterIP: None
  {{- else }}
  type: ClusterIP
  {{- end }}
  selector:
    linkerd.io/control-plane-component: {{ .component }}
  ports:
    - { name: {{ .portName }}, port: {{ .port }}, targetPort: {{ .targetPort | default .port }} }
{{- end }}
