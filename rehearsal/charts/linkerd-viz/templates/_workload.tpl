{{- define "labels" -}}
app.kubernetes.io/name: {{ .component }}
app.kubernetes.io/part-of: Linkerd
app.kubernetes.io/version: {{ .root.Values.linkerdVersion }}
linkerd.io/extension: viz
component: {{ .component }}
namespace: {{ .root.Release.Namespace }}
{{- end }}

{{- /* Linkerd writes resources by kind, Kubernetes by bound. */ -}}
{{- define "resources" -}}
{{- $bounds := dict }}
{{- range $kind, $amount := . }}
{{- range $bound, $value := $amount }}
{{- if $value }}
{{- $_ := set $bounds (printf "%ss" $bound) (set (index $bounds (printf "%ss" $bound) | default dict) $kind $value) }}
{{- end }}
{{- end }}
{{- end }}
{{- toJson $bounds }}
{{- end }}

{{- /*
One of viz's Deployments with its account and Service. Takes root, component (names all of them), settings, image, args,
ports (name to number), service (the Service's ports), and secret for one that serves TLS of its own, config for one that
reads a ConfigMap.
*/ -}}
{{- define "workload" -}}
{{- $values := .root.Values -}}
{{- $labels := include "labels" . -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
  annotations:
    linkerd.io/created-by: linkerd/helm {{ $values.linkerdVersion }}
spec:
  replicas: {{ .settings.replicas | default 1 }}
  selector:
    matchLabels:
      linkerd.io/extension: viz
      component: {{ .component }}
      namespace: {{ .root.Release.Namespace }}
  template:
    metadata:
      labels:
        {{- $labels | nindent 8 }}
        {{- with $values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        linkerd.io/created-by: linkerd/helm {{ $values.linkerdVersion }}
        linkerd.io/inject: enabled
        {{- with .config }}
        checksum/config: {{ include . $.root | sha256sum }}
        {{- end }}
        {{- with .secret }}
        config.linkerd.io/opaque-ports: "8443"
        {{- end }}
        {{- with $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ .component }}
      nodeSelector: { kubernetes.io/os: linux }
      securityContext:
        seccompProfile: { type: RuntimeDefault }
      {{- if $values.enablePodAntiAffinity }}
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - labelSelector: { matchLabels: { component: {{ .component }} } }
              topologyKey: kubernetes.io/hostname
      {{- end }}
      containers:
        - name: {{ .component }}
          image: {{ .image | default (printf "%s/%s:%s" $values.defaultRegistry .component $values.linkerdVersion) }}
          imagePullPolicy: IfNotPresent
          args: {{ toJson .args }}
          ports:
            {{- range $name, $port := .ports }}
            - { name: {{ $name }}, containerPort: {{ $port }} }
            {{- end }}
          livenessProbe:
            httpGet: { path: {{ .livePath | default "/ping" }}, port: {{ .ports.admin }} }
            initialDelaySeconds: 10
          readinessProbe:
            httpGet: { path: {{ .readyPath | default "/ready" }}, port: {{ .ports.admin }} }
            failureThreshold: 7
          resources: {{ include "resources" .settings.resources }}
          securityContext:
            allowPrivilegeEscalation: false
            capabilities: { drop: [ALL] }
            readOnlyRootFilesystem: true
            runAsNonRoot: true
            runAsUser: {{ .user | default 2103 }}
            seccompProfile: { type: RuntimeDefault }
          {{- if or .secret .config }}
          volumeMounts:
            {{- with .secret }}
            - { name: tls, mountPath: /var/run/linkerd/tls, readOnly: true }
            {{- end }}
            {{- with .config }}
            - { name: data, mountPath: /data }
            - { name: prometheus-config, mountPath: /etc/prometheus/prometheus.yml, subPath: prometheus.yml, readOnly: true }
            {{- end }}
          {{- end }}
      {{- if or .secret .config }}
      volumes:
        {{- with .secret }}
        - { name: tls, secret: { secretName: {{ . }} } }
        {{- end }}
        {{- with .config }}
        - { name: data, emptyDir: {} }
        - { name: prometheus-config, configMap: { name: prometheus-config } }
        {{- end }}
      {{- end }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
  annotations:
    linkerd.io/inject: enabled
spec:
  type: ClusterIP
  selector:
    linkerd.io/extension: viz
    component: {{ .component }}
  ports: {{ toJson .service }}
{{- end }}
