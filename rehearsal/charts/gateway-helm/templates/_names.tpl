{{- define "selector" -}}
app.kubernetes.io/name: gateway-helm
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "labels" -}}
helm.sh/chart: gateway-helm-{{ .Chart.Version }}
{{ include "selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* As the official chart names what has no name of its own. */ -}}
{{- define "fullname" -}}
{{ contains "gateway-helm" .Release.Name | ternary .Release.Name (printf "%s-gateway-helm" .Release.Name) }}
{{- end }}

{{- /* A registry takes the place of the image's own. */ -}}
{{- define "image" -}}
{{- $image := .Values.global.images.envoyGateway.image -}}
{{- with .Values.global.imageRegistry }}{{ . }}/{{ $image | splitList "/" | rest | join "/" }}{{ else }}{{ $image }}{{ end -}}
{{- end }}

{{- define "pullSecrets" -}}
{{- with concat .Values.global.imagePullSecrets .Values.global.images.envoyGateway.pullSecrets }}
imagePullSecrets: {{ toJson . }}
{{- end }}
{{- end }}

{{- define "podSecurity" }}{runAsNonRoot: true, runAsGroup: 65532, runAsUser: 65532, fsGroup: 65532, seccompProfile: {type: RuntimeDefault}}{{ end }}
{{- define "containerSecurity" -}}
{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, privileged: false, readOnlyRootFilesystem: true,
  runAsNonRoot: true, runAsGroup: 65532, runAsUser: 65532, seccompProfile: {type: RuntimeDefault}}
{{- end }}
{{- define "environment" -}}
- name: ENVOY_GATEWAY_NAMESPACE
  valueFrom: { fieldRef: { apiVersion: v1, fieldPath: metadata.namespace } }
- name: KUBERNETES_CLUSTER_DOMAIN
  value: {{ .Values.kubernetesClusterDomain }}
{{- end }}
