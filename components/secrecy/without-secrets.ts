import { withoutSecretForms } from "./secret-forms.ts";

const hidden = "[hidden]";

/** What is a secret by the words before it, which stay. */
const introduced: readonly RegExp[] = [
    // A header and all of its line, or its text in JSON.
    /((?:set-)?cookie"?\s*[:=]\s*)(?:"[^"]*"|\[[^\]]*\]|[^\n]*)/gi,
    /((?:proxy-)?authorization"?\s*[:=]\s*)(?:"[^"]*"|\[[^\]]*\]|[^\n]*)/gi,
    /(\b(?:Bearer|Basic)\s+)[\w.~+/=-]{6,}/g,
    /()\beyJ[\w-]{6,}(?:\.[\w-]*){0,4}/g,
    /([?&#](?:code|state|nonce|sid|session_state|[\w-]*token|[\w-]*secret|[\w-]*signature|password)=)[^&\s"'#]+/gi,
    /(["'](?:[\w-]*(?:password|secret|token|api_?key|private_?key|fernet_?key)|session|connection)["']\s*:\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*')/gi,
    /(\bPASSWORD\s+)'(?:[^']|'')*'/gi,
    // A line of YAML or of an environment, also as a parser quotes it with its number, but not a sentence.
    /(^\s*(?:\d+\s*\|\s*)?(?:-\s+)?["']?[\w-]*(?:password|passwd|api_?key|secret_?key|fernet_?key|token)["']?\s*[:=]\s*)(?!\[|\{|\$|<)\S+\s*$/gim,
];

/** A text of somebody else's without what only its owner may know. Lines stay as they are. */
export function withoutSecrets(text: string): string {
    return introduced.reduce((rest, secret) => rest.replace(secret, `$1${hidden}`), withoutSecretForms(text, hidden));
}
