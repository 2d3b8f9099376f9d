{{- /*
The proxy, written once for the control plane's own pods and for injection. Where injection has to look at the pod or its
namespace, a value is `cel:` and an expression, which the policy takes out of its quotes.

Takes root, policy, opaquePorts, grace, resources, inboundPorts; native for a sidecar that starts before other init
containers; anchors for a pod that reads the trust roots from their ConfigMap.
*/ -}}
{{- define "proxy" -}}
{{- $values := .root.Values -}}
{{- $namespace := .root.Release.Namespace -}}
{{- $domain := $values.clusterDomain -}}
name: linkerd-proxy
image: {{ $values.proxy.image.name }}:{{ $values.proxy.image.version | default $values.linkerdVersion }}
imagePullPolicy: {{ $values.proxy.image.pullPolicy }}
{{- if .native }}
restartPolicy: Always
startupProbe:
  httpGet: { path: /ready, port: 4191 }
  failureThreshold: 120
  periodSeconds: 1
{{- end }}
livenessProbe:
  httpGet: { path: /live, port: 4191 }
  initialDelaySeconds: 10
readinessProbe:
  httpGet: { path: /ready, port: 4191 }
  initialDelaySeconds: 2
ports:
  - { name: linkerd-proxy, containerPort: 4143 }
  - { name: linkerd-admin, containerPort: 4191 }
env:
  - { name: _pod_name, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
  - { name: _pod_ns, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }
  - { name: _pod_nodeName, valueFrom: { fieldRef: { fieldPath: spec.nodeName } } }
  - { name: _pod_sa, valueFrom: { fieldRef: { fieldPath: spec.serviceAccountName } } }
  - { name: LINKERD2_PROXY_LOG, value: "{{ $values.proxy.logLevel }}" }
  - { name: LINKERD2_PROXY_LOG_FORMAT, value: {{ $values.proxy.logFormat }} }
  - { name: LINKERD2_PROXY_DESTINATION_SVC_ADDR, value: "linkerd-dst-headless.{{ $namespace }}.svc.{{ $domain }}.:8086" }
  - { name: LINKERD2_PROXY_DESTINATION_PROFILE_NETWORKS, value: "{{ $values.clusterNetworks }}" }
  - { name: LINKERD2_PROXY_POLICY_SVC_ADDR, value: "linkerd-policy.{{ $namespace }}.svc.{{ $domain }}.:8090" }
  - { name: LINKERD2_PROXY_POLICY_WORKLOAD, value: '{"ns":"$(_pod_ns)", "pod":"$(_pod_name)"}' }
  - { name: LINKERD2_PROXY_POLICY_CLUSTER_NETWORKS, value: "{{ $values.clusterNetworks }}" }
  - { name: LINKERD2_PROXY_INBOUND_DEFAULT_POLICY, value: "{{ .policy }}" }
  - { name: LINKERD2_PROXY_INBOUND_PORTS, value: "{{ .inboundPorts }}" }
  - { name: LINKERD2_PROXY_INBOUND_PORTS_DISABLE_PROTOCOL_DETECTION, value: "{{ .opaquePorts }}" }
  - { name: LINKERD2_PROXY_SHUTDOWN_GRACE_PERIOD, value: "{{ .grace }}" }
  {{- with .requireTLS }}
  - { name: LINKERD2_PROXY_INBOUND_PORTS_REQUIRE_TLS, value: "{{ . }}" }
  {{- end }}
  - { name: LINKERD2_PROXY_CONTROL_LISTEN_ADDR, value: "0.0.0.0:4190" }
  - { name: LINKERD2_PROXY_ADMIN_LISTEN_ADDR, value: "0.0.0.0:4191" }
  - { name: LINKERD2_PROXY_OUTBOUND_LISTEN_ADDRS, value: "127.0.0.1:4140" }
  - { name: LINKERD2_PROXY_INBOUND_LISTEN_ADDR, value: "0.0.0.0:4143" }
  - { name: LINKERD2_PROXY_IDENTITY_DIR, value: /var/run/linkerd/identity/end-entity }
  {{- if .anchors }}
  - name: LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS
    valueFrom: { configMapKeyRef: { name: linkerd-identity-trust-roots, key: ca-bundle.crt } }
  {{- end }}
  - { name: LINKERD2_PROXY_IDENTITY_TOKEN_FILE, value: /var/run/secrets/tokens/linkerd-identity-token }
  - name: LINKERD2_PROXY_IDENTITY_SVC_ADDR
    value: "{{ if .identity }}localhost.:8080{{ else }}linkerd-identity-headless.{{ $namespace }}.svc.{{ $domain }}.:8080{{ end }}"
  - name: LINKERD2_PROXY_IDENTITY_LOCAL_NAME
    value: $(_pod_sa).$(_pod_ns).serviceaccount.identity.{{ $namespace }}.{{ $values.identityTrustDomain | default $domain }}
resources: {{ .resources }}
securityContext:
  allowPrivilegeEscalation: false
  capabilities: { drop: [ALL] }
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  runAsUser: 2102
  seccompProfile: { type: RuntimeDefault }
terminationMessagePolicy: FallbackToLogsOnError
volumeMounts:
  - { name: linkerd-identity-end-entity, mountPath: /var/run/linkerd/identity/end-entity }
  - { name: linkerd-identity-token, mountPath: /var/run/secrets/tokens }
{{- end }}

{{- define "proxy.init" -}}
{{- $values := .Values -}}
name: linkerd-init
image: {{ $values.proxy.image.name }}:{{ $values.proxy.image.version | default $values.linkerdVersion }}
imagePullPolicy: {{ $values.proxy.image.pullPolicy }}
command: [/usr/lib/linkerd/linkerd2-proxy-init]
args:
  - --incoming-proxy-port
  - "4143"
  - --outgoing-proxy-port
  - "4140"
  - --proxy-uid
  - "2102"
  - --inbound-ports-to-ignore
  - "4190,4191,{{ $values.proxyInit.ignoreInboundPorts }}"
  - --outbound-ports-to-ignore
  - "{{ $values.proxyInit.ignoreOutboundPorts }}"
  - --log-level
  - {{ $values.proxyInit.logLevel }}
securityContext:
  allowPrivilegeEscalation: false
  capabilities: { add: [NET_ADMIN, NET_RAW] }
  privileged: false
  readOnlyRootFilesystem: true
  {{- if $values.proxyInit.runAsRoot }}
  runAsNonRoot: false
  runAsUser: 0
  {{- else }}
  runAsNonRoot: true
  runAsUser: 65534
  {{- end }}
  seccompProfile: { type: RuntimeDefault }
terminationMessagePolicy: FallbackToLogsOnError
volumeMounts:
  - { name: linkerd-proxy-init-xtables-lock, mountPath: /run }
{{- end }}

{{- define "proxy.volumes" -}}
- { name: linkerd-proxy-init-xtables-lock, emptyDir: {} }
- { name: linkerd-identity-end-entity, emptyDir: { medium: Memory } }
- name: linkerd-identity-token
  projected:
    sources:
      - serviceAccountToken: { audience: identity.l5d.io, expirationSeconds: 86400, path: linkerd-identity-token }
{{- end }}
