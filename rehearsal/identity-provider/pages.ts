import { type Persona } from "./personas.ts";

function page(title: string, body: string): string {
    return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<style>
    body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto; color: #17242f; background: #f5f7f8 }
    h1 { font-size: 1.5rem }
    button { display: block; width: 100%; margin: .6rem 0; padding: .8rem 1rem; text-align: left; font: inherit;
             background: #fff; border: 1px solid #c3ccd2; border-radius: .4rem; cursor: pointer }
    button:hover, button:focus { border-color: #017cee; outline: 1px solid #017cee }
    small { display: block; color: #5a6973 }
</style>
<h1>${title}</h1>
${body}
</html>
`;
}

export function choosePersona(uid: string, personas: readonly Persona[]): string {
    const buttons = personas.map(
        ({ id, name, about, groups }) =>
            `<button name="persona" value="${text(id)}">${text(name)} ${text(about)}` +
            `<small>groups: ${text(groups.join(", ") || "none")}</small></button>`,
    );
    return page(
        "Log in as",
        `<p>The rehearsal's stand-in for your identity provider: no passwords, only on this machine.</p>
<form method="post" action="/interaction/${text(uid)}">${buttons.join("\n")}</form>`,
    );
}

/** `form` is the provider's own, with the token that makes the logout its user's wish. */
export function confirmLogout(form: string): string {
    return page(
        "Log out",
        `${form}<button type="submit" form="op.logoutForm" name="logout" value="yes">Log out</button>`,
    );
}

function text(value: string): string {
    const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
    return value.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
