import { loginPaths } from "./ui-access.ts";

const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
};

/** What somebody sees who is logged in and in none of the groups: whom to ask, and for what. */
export function denialPage(hostname: string, groups: readonly string[], contact: string): string {
    return [
        "<!doctype html>",
        '<html lang="en">',
        '<head><meta charset="utf-8"><title>No access</title></head>',
        "<body>",
        `<h1>You have no access to ${text(hostname)}</h1>`,
        `<p>It is for members of ${text(listed(groups))}. Ask ${text(contact)} to become one.</p>`,
        `<p>Then <a href="${loginPaths.logout}">log in again</a>: groups count from the next login on.</p>`,
        "</body>",
        "</html>",
        "",
    ].join("\n");
}

function listed(groups: readonly string[]): string {
    return new Intl.ListFormat("en-GB", { type: "disjunction" }).format(groups);
}

function text(value: string): string {
    return value.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
