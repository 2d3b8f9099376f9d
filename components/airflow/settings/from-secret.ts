/** A variable whose value Kubernetes reads from a Secret when the container starts. */
export function fromSecret(name: string, secret: { readonly name: string; readonly key: string }) {
    return { name, valueFrom: { secretKeyRef: { name: secret.name, key: secret.key } } };
}
