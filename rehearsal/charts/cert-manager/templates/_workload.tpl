{{- /* What selects a component's pods. The official chart's, to the letter: no Deployment can change its selector. */ -}}
{{- define "selector" -}}
app.kubernetes.io/name: {{ .app }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "labels" -}}
app: {{ .app }}
{{ include "selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- with .root.Values.global.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /*
One of cert-manager's Deployments with its account, budget and Service. Takes root, name (of all of them), app (the label),
component, settings (the component's values), args, ports (name to number), service (the Service's ports), and live and
ready: the path and port of each probe, for one that has it.
*/ -}}
{{- define "workload" -}}
{{- $values := .root.Values -}}
{{- $labels := include "labels" . -}}
{{- $image := .settings.image -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  replicas: {{ .settings.replicaCount }}
  {{- with .settings.strategy }}
  strategy: {{ toJson . }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- $labels | nindent 8 }}
        {{- with .settings.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        {{- if $values.prometheus.enabled }}
        prometheus.io/path: /metrics
        prometheus.io/scrape: "true"
        prometheus.io/port: "9402"
        {{- end }}
        {{- with .settings.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ .name }}
      enableServiceLinks: false
      {{- with $values.global.imagePullSecrets }}
      imagePullSecrets: {{ toJson . }}
      {{- end }}
      {{- with $values.global.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        seccompProfile: { type: RuntimeDefault }
      nodeSelector: {{ merge (dict) .settings.nodeSelector $values.global.nodeSelector | toJson }}
      {{- with .settings.affinity }}
      affinity: {{ toJson . }}
      {{- end }}
      {{- with .settings.tolerations }}
      tolerations: {{ toJson . }}
      {{- end }}
      {{- with .settings.topologySpreadConstraints }}
      topologySpreadConstraints: {{ toJson . }}
      {{- end }}
      containers:
        - name: cert-manager-{{ .component }}
          image: {{ $image.repository | default (printf "%s/%s/%s" $values.imageRegistry $values.imageNamespace $image.name) }}{{ with $image.digest }}@{{ . }}{{ else }}:{{ $image.tag | default .root.Chart.AppVersion }}{{ end }}
          imagePullPolicy: {{ $image.pullPolicy }}
          args: {{ toJson .args }}
          ports:
            {{- range $name, $port := .ports }}
            - { name: {{ $name }}, containerPort: {{ $port }}, protocol: TCP }
            {{- end }}
          {{- with .live }}
          livenessProbe: {{ merge (dict "httpGet" .) $.settings.livenessProbe | toJson }}
          {{- end }}
          {{- with .ready }}
          readinessProbe: {{ merge (dict "httpGet" .) $.settings.readinessProbe | toJson }}
          {{- end }}
          env:
            - { name: POD_NAMESPACE, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }
          resources: {{ toJson .settings.resources }}
          securityContext:
            allowPrivilegeEscalation: false
            capabilities: { drop: [ALL] }
            readOnlyRootFilesystem: true
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
automountServiceAccountToken: true
{{- with .service }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ $.name }}
  namespace: {{ $.root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  type: ClusterIP
  selector:
    {{- include "selector" $ | nindent 4 }}
  ports: {{ toJson . }}
{{- end }}
{{- with .settings.podDisruptionBudget }}
{{- if .enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $.name }}
  namespace: {{ $.root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  {{- if hasKey . "maxUnavailable" }}
  maxUnavailable: {{ .maxUnavailable }}
  {{- else }}
  minAvailable: {{ .minAvailable | default 1 }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "selector" $ | nindent 6 }}
{{- end }}
{{- end }}
{{- end }}
