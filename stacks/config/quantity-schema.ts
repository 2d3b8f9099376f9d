import { text } from "./section.ts";

// Amounts as Kubernetes writes them. Each message is the rule and the way out; the key and the value are put before it.

export const cpu = text('"200m"').regex(/^([1-9]\d*m|[1-9]\d*(\.\d{1,3})?|0\.\d{1,3})$/, {
    error: 'it must be processor time as Kubernetes writes it, such as "200m" or "2". Correct it.',
});

export const memory = text('"1Gi"').regex(/^[1-9]\d*(Mi|Gi)$/, {
    error: 'it must be memory as Kubernetes writes it, in Mi or Gi, such as "512Mi". Correct it.',
});
