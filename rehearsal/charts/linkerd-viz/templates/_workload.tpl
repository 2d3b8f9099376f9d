{{- /*
One of viz's Deployments with its account, Service and budget. Takes root, component (names all of them), settings, args,
ports (name to number), service (the Service's ports), selector (the labels that select its pods: the official chart's, to the
letter, because no Deployment can change them), namespaced (see labels), and secret for one that serves TLS of its own, config
for one that reads a ConfigMap.
*/ -}}
{{- define "workload" -}}
{{- $values := .root.Values -}}
{{- $labels := include "labels" . -}}
{{- $image := .settings.image -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    app.kubernetes.io/name: {{ .component }}
    app.kubernetes.io/part-of: Linkerd
    app.kubernetes.io/version: {{ $values.linkerdVersion }}
    {{- $labels | nindent 4 }}
  annotations:
    linkerd.io/created-by: linkerd/helm {{ $values.linkerdVersion }}
    linkerd.io/inject: enabled
spec:
  replicas: {{ .settings.replicas | default 1 }}
  revisionHistoryLimit: {{ $values.revisionHistoryLimit }}
  {{- if and .rolls $values.enablePodAntiAffinity }}
  strategy: { rollingUpdate: { maxUnavailable: 1 } }
  {{- end }}
  selector:
    matchLabels: {{ toJson .selector }}
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
        config.alpha.linkerd.io/proxy-wait-before-exit-seconds: "0"
        {{- with .checksum }}
        checksum/config: {{ include . $.root | sha256sum }}
        {{- end }}
        {{- if not .config }}
        cluster-autoscaler.kubernetes.io/safe-to-evict: "true"
        {{- end }}
        {{- range $kind, $amount := .settings.proxy.resources }}
        {{- range $bound, $value := $amount }}
        {{- if $value }}
        config.linkerd.io/proxy-{{ $kind }}-{{ $bound }}: {{ $value | quote }}
        {{- end }}
        {{- end }}
        {{- end }}
        {{- with .settings.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ .component }}
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
        {{- if .config }}
        fsGroup: 65534
        {{- end }}
      {{- if and $values.enablePodAntiAffinity (not .config) }}
      {{- $same := list (dict "key" "component" "operator" "In" "values" (list .component)) }}
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
      containers:
        - name: {{ .component }}
          image: {{ $image.registry | default $values.defaultRegistry }}/{{ $image.name }}:{{ $image.tag | default $values.linkerdVersion }}
          imagePullPolicy: {{ $image.pullPolicy | default $values.defaultImagePullPolicy }}
          args: {{ toJson .args }}
          ports:
            {{- range $name, $port := .ports }}
            - { name: {{ $name }}, containerPort: {{ $port }} }
            {{- end }}
          livenessProbe:
            httpGet: { path: {{ .livePath | default "/ping" }}, port: {{ .ports.admin }} }
            initialDelaySeconds: {{ ternary 30 10 (hasKey . "config") }}
            timeoutSeconds: {{ ternary 30 1 (hasKey . "config") }}
          readinessProbe:
            httpGet: { path: {{ .readyPath | default "/ready" }}, port: {{ .ports.admin }} }
            {{- if .config }}
            initialDelaySeconds: 30
            timeoutSeconds: 30
            {{- else }}
            failureThreshold: 7
            {{- end }}
          resources: {{ include "resources" .settings.resources }}
          securityContext:
            allowPrivilegeEscalation: false
            capabilities: { drop: [ALL] }
            readOnlyRootFilesystem: true
            runAsNonRoot: true
            runAsUser: {{ .user | default $values.defaultUID }}
            runAsGroup: {{ .user | default $values.defaultGID }}
            seccompProfile: { type: RuntimeDefault }
          volumeMounts:
            {{- if .secret }}
            - { name: tls, mountPath: /var/run/linkerd/tls, readOnly: true }
            {{- end }}
            {{- if .config }}
            - { name: data, mountPath: /data }
            - { name: prometheus-config, mountPath: /etc/prometheus/prometheus.yml, subPath: prometheus.yml, readOnly: true }
            {{- end }}
            - { name: kube-api-access, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true }
      volumes:
        {{- with .secret }}
        - { name: tls, secret: { secretName: {{ . }} } }
        {{- end }}
        {{- with .config }}
        - { name: data, emptyDir: {} }
        - { name: prometheus-config, configMap: { name: prometheus-config } }
        {{- end }}
        - name: kube-api-access
          projected:
            defaultMode: 420
            sources:
              - serviceAccountToken: { expirationSeconds: 3607, path: token }
              - configMap: { name: kube-root-ca.crt, items: [{ key: ca.crt, path: ca.crt }] }
              - downwardAPI: { items: [{ path: namespace, fieldRef: { apiVersion: v1, fieldPath: metadata.namespace } }] }
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
    {{- with (.settings.service).labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    linkerd.io/created-by: linkerd/helm {{ $values.linkerdVersion }}
    linkerd.io/inject: enabled
    {{- with (.settings.service).annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  type: ClusterIP
  selector: { linkerd.io/extension: viz, component: {{ .component }} }
  ports: {{ toJson .service }}
{{- if and .rolls $values.enablePodDisruptionBudget (gt (int .settings.replicas) 1) }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels | nindent 4 }}
  annotations:
    linkerd.io/created-by: linkerd/helm {{ $values.linkerdVersion }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: { linkerd.io/extension: viz, component: {{ .component }} }
{{- end }}
{{- end }}
