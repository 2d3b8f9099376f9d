/** Something that is a secret wherever it stands, known by its look. */
interface SecretForm {
    /** Such as `a private key`. */
    readonly what: string;
    /** Its first group is what may stay. */
    readonly pattern: RegExp;
    /** Decides where the pattern alone cannot. */
    readonly is?: (found: string) => boolean;
}

/** Not a password but the place of one: `$(VAR)`, `{{ .Values.x }}`, `<password>`, `***`, `…`. */
const placeholder = String.raw`(?!\$|\{|<|\*|…|%7B)`;

/**
 * Tokens by the prefixes that their makers gave them so that they can be found, and what else has one look only. Libraries
 * with such tables (secretlint, gitleaks) are asynchronous or other programs, and a config is checked before anything
 * else runs.
 */
const forms: readonly SecretForm[] = [
    {
        what: "a private key",
        pattern:
            /()-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[^]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|$)/g,
    },
    { what: "a private key", pattern: /()\bLS0tLS1CRUdJTi[\w+/=-]{20,}/g, is: isPrivateKeyInBase64 },
    { what: "a private key", pattern: /()PuTTY-User-Key-File-\d[^]*/g },
    { what: "a private key", pattern: /()\bAGE-SECRET-KEY-1[A-Z0-9]{20,}/g },
    {
        what: "a kubeconfig",
        pattern: /()(?:client-key-data|client-certificate-data)["']?\s*:\s*["']?[\w+/=]{8,}["']?/g,
    },
    {
        what: "a kubeconfig",
        pattern: /()[^]*\bkind["']?\s*:\s*["']?Config\b[^]*/g,
        is: (found) => /\b(?:users|clusters)["']?\s*:/.test(found),
    },
    // The base64 of `{"` begins each of its parts but the last.
    { what: "a JSON Web Token", pattern: /()\beyJ[\w-]{6,}(?:\.[\w-]*){2,4}/g },
    { what: "an access key of AWS", pattern: /()\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
    {
        what: "an access key of AWS",
        pattern: /(\baws_(?:secret_access_key|session_token)["']?\s*[=:]\s*)[\w+/=]{16,}/gi,
    },
    { what: "a token of GitHub", pattern: /()\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,})/g },
    { what: "a token of GitLab", pattern: /()\bgl(?:pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|ffct)-[\w.-]{20,}/g },
    { what: "a token of Slack", pattern: /()\bxox[a-z]-[\w-]{10,}|\bxapp-\d-[\w-]{10,}/g },
    { what: "a webhook of Slack", pattern: /(\bhooks\.slack\.com\/(?:services|workflows)\/)[\w/]{12,}/g },
    { what: "a key of Google", pattern: /()\bAIza[\w-]{35}|\bGOCSPX-[\w-]{20,}|\bya29\.[\w-]{20,}/g },
    { what: "a token of Azure DevOps", pattern: /()\b[A-Za-z0-9]{52}JQQJ9[A-Za-z0-9]{5,}AZDO[A-Za-z0-9]{4}\b/g },
    { what: "a key of Azure", pattern: /(\b(?:AccountKey|SharedAccessKey|SharedAccessSignature)=)[^;\s"']{16,}/g },
    { what: "a token of Atlassian", pattern: /()\bAT(?:ATT3|BB|CTT3)[\w=-]{20,}/g },
    { what: "a token of Vault", pattern: /()\bhv[sbr]\.[\w-]{20,}/g },
    { what: "a token of Pulumi", pattern: /()\bpul-[0-9a-f]{40}\b/g },
    { what: "a token of npm", pattern: /()\bnpm_[A-Za-z0-9]{36}\b/g },
    { what: "a token of PyPI", pattern: /()\bpypi-AgE[\w-]{20,}/g },
    { what: "a key of Stripe", pattern: /()\b[rs]k_(?:live|test)_\w{16,}/g },
    { what: "a key of SendGrid", pattern: /()\bSG\.[\w-]{16,}\.[\w-]{16,}/g },
    { what: "a token of Databricks", pattern: /()\bdapi[0-9a-f]{32}\b/g },
    { what: "a token of Hugging Face", pattern: /()\bhf_[A-Za-z0-9]{30,}\b/g },
    { what: "a credential of a registry", pattern: /("auth"\s*:\s*)"[\w+/=]{8,}"/g },
    {
        what: "an address with a password",
        // A password with a slash or an @ in it is no valid address, but people write it: up to the last @ of the word. A port
        // is none.
        pattern: new RegExp(String.raw`(:\/\/[^\s/@:"']*:)(?!\d{1,5}(?:\/|$))${placeholder}[^\s"'<>]+(?=@[\w[])`, "g"),
    },
    {
        what: "a connection string with a password",
        pattern: new RegExp(String.raw`([;\s?&](?:password|pwd)\s*=\s*)${placeholder}[^;&\s"']+`, "gi"),
        is: (found) => !/=\s*(?:true|false|none|null|required)$/i.test(found),
    },
    {
        what: "a signed address",
        pattern:
            /([?&](?:X-Amz-Signature|X-Goog-Signature|X-Amz-Security-Token|sig|access_token|private_token)=)[^&\s"'#]{8,}/gi,
    },
];

/** What kind of secret a text holds, such as `a private key`. Undefined where it holds none that can be told by its look. */
export function secretForm(text: string): string | undefined {
    return forms.find(({ pattern, is = () => true }) => [...text.matchAll(pattern)].some(([found]) => is(found)))?.what;
}

/** The text with each such secret replaced. */
export function withoutSecretForms(text: string, replacement: string): string {
    return forms.reduce(
        (rest, { pattern, is = () => true }) =>
            rest.replace(pattern, (found: string, kept: string | undefined) =>
                is(found) ? `${kept ?? ""}${replacement}` : found,
            ),
        text,
    );
}

/** Certificates begin the same way. */
function isPrivateKeyInBase64(text: string): boolean {
    return Buffer.from(text, "base64").toString("latin1").slice(0, 64).includes("PRIVATE KEY");
}
