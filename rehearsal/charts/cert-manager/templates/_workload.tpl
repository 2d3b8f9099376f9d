{{- define "labels" -}}
app: {{ .app }}
app.kubernetes.io/name: {{ .app }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- /*
One of cert-manager's Deployments with its account, budget and Service. Takes root, app (names all of them), component,
settings (the component's values), args, ports (name to number) and service (the Service's ports).
*/ -}}
{{- define "workload" -}}
{{- $values := .root.Values -}}
{{- $labels := include "labels" . -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .app }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
    app.kubernetes.io/version: {{ .root.Chart.AppVersion }}
spec:
  replicas: {{ .settings.replicaCount }}
  selector:
    matchLabels:
      app.kubernetes.io/name: {{ .app }}
      app.kubernetes.io/instance: {{ .root.Release.Name }}
      app.kubernetes.io/component: {{ .component }}
  template:
    metadata:
      labels:
        {{- $labels | nindent 8 }}
        app.kubernetes.io/version: {{ .root.Chart.AppVersion }}
    spec:
      serviceAccountName: {{ .app }}
      enableServiceLinks: false
      {{- with $values.global.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        seccompProfile: { type: RuntimeDefault }
      nodeSelector: { kubernetes.io/os: linux }
      containers:
        - name: cert-manager-{{ .component }}
          image: {{ .settings.image.repository }}:{{ .root.Chart.AppVersion }}
          imagePullPolicy: IfNotPresent
          args: {{ toJson .args }}
          ports:
            {{- range $name, $port := .ports }}
            - { name: {{ $name }}, containerPort: {{ $port }} }
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
  name: {{ .app }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
{{- with .service }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ $.app }}
  namespace: {{ $.root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  type: ClusterIP
  selector:
    app.kubernetes.io/name: {{ $.app }}
    app.kubernetes.io/instance: {{ $.root.Release.Name }}
    app.kubernetes.io/component: {{ $.component }}
  ports: {{ toJson . }}
{{- end }}
{{- with .settings.podDisruptionBudget }}
{{- if .enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $.app }}
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
      app.kubernetes.io/name: {{ $.app }}
      app.kubernetes.io/instance: {{ $.root.Release.Name }}
      app.kubernetes.io/component: {{ $.component }}
{{- end }}
{{- end }}
{{- end }}
