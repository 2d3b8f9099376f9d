{{- /*
A Deployment of the control plane. Takes root, component (the label), name, replicas, inboundPorts, containers and
volumes (templates' names), and identity for the one pod whose proxy cannot ask another for its certificate.
*/ -}}
{{- define "workload" -}}
{{- $values := .root.Values -}}
{{- $labels := include "labels" (dict "root" .root "component" .component) -}}
{{- $proxy := dict "root" .root "policy" "all-unauthenticated" "opaquePorts" $values.proxy.opaquePorts "anchors" true
    "grace" ($values.proxy.shutdownGracePeriod | default "120s") "resources" (include "resources" $values.proxy.resources)
    "inboundPorts" .inboundPorts "native" (not .identity) "identity" .identity "requireTLS" .requireTLS -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
  annotations:
    linkerd.io/created-by: linkerd/helm {{ $values.linkerdVersion }}
spec:
  replicas: {{ $values.controllerReplicas }}
  revisionHistoryLimit: {{ $values.revisionHistoryLimit }}
  strategy: {{ toJson $values.deploymentStrategy }}
  selector:
    matchLabels:
      linkerd.io/control-plane-ns: {{ .root.Release.Namespace }}
      linkerd.io/control-plane-component: {{ .component }}
      linkerd.io/proxy-deployment: {{ .name }}
  template:
    metadata:
      labels:
        {{- $labels | nindent 8 }}
        linkerd.io/workload-ns: {{ .root.Release.Namespace }}
        linkerd.io/proxy-deployment: {{ .name }}
        {{- with $values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        linkerd.io/created-by: linkerd/helm {{ $values.linkerdVersion }}
        linkerd.io/proxy-version: {{ $values.linkerdVersion }}
        # The roots come from outside, so the chart has nothing to take the sum of but an empty text.
        linkerd.io/trust-root-sha256: {{ sha256sum "" }}
        cluster-autoscaler.kubernetes.io/safe-to-evict: "true"
        {{- if not .identity }}
        config.linkerd.io/opaque-ports: "8443,9443"
        {{- end }}
        config.linkerd.io/default-inbound-policy: all-unauthenticated
        {{- with $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ .name }}
      nodeSelector: { kubernetes.io/os: linux }
      securityContext:
        seccompProfile: { type: RuntimeDefault }
      {{- with $values.priorityClassName }}
      priorityClassName: {{ . }}
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
        - {{- include "proxy.init" .root | nindent 10 }}
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
spec:
  maxUnavailable: {{ $values.controller.podDisruptionBudget.maxUnavailable }}
  selector:
    matchLabels:
      linkerd.io/control-plane-component: {{ .component }}
{{- end }}
{{- end }}

{{- /* A container that runs one of the controller image's commands. Takes root, name, args, ports (name to number), admin, resources, mounts. */ -}}
{{- define "controller" -}}
- name: {{ .name }}
  image: {{ .root.Values.controllerImage }}:{{ .root.Values.linkerdVersion }}
  imagePullPolicy: IfNotPresent
  args: {{ toJson .args }}
  ports:
    {{- range $name, $port := .ports }}
    - { name: {{ $name }}, containerPort: {{ $port }} }
    {{- end }}
  livenessProbe:
    httpGet: { path: {{ .livePath | default "/ping" }}, port: {{ .admin }} }
    initialDelaySeconds: 10
  readinessProbe:
    httpGet: { path: /ready, port: {{ .admin }} }
    failureThreshold: 7
  resources: {{ include "resources" .resources }}
  securityContext:
    allowPrivilegeEscalation: false
    capabilities: { drop: [ALL] }
    readOnlyRootFilesystem: true
    runAsNonRoot: true
    runAsUser: 2103
    seccompProfile: { type: RuntimeDefault }
  {{- with .mounts }}
  volumeMounts:
    {{- range $name, $path := . }}
    - { name: {{ $name }}, mountPath: {{ $path }}, readOnly: true }
    {{- end }}
  {{- end }}
{{- end }}

{{- /* A Service of the control plane. Takes root, component, name, port, portName, targetPort, headless. */ -}}
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
    {{- if eq (int .port) 443 }}
    config.linkerd.io/opaque-ports: "443"
    {{- end }}
spec:
  type: ClusterIP
  {{- if .headless }}
  clusterIP: None
  {{- end }}
  selector:
    linkerd.io/control-plane-component: {{ .component }}
  ports:
    - { name: {{ .portName }}, port: {{ .port }}, targetPort: {{ .targetPort | default .port }} }
{{- end }}
