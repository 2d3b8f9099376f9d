import { chainFacts, reachTexts } from "../chain/chain-text.ts";
import { type Reach } from "../chain/reach.ts";
import { type TaskChain } from "../chain/task-chain.ts";
import { type Access } from "./access.ts";

/** One page for an auditor: no script, and nothing that is fetched from elsewhere. */
export function accessPage(found: Access): string {
    const { stack, cluster, login, people, machines = [], kubectl = [], principals, tasks, relaxed } = found;
    const where = cluster.account === undefined ? "" : `, AWS account ${cluster.account} in ${cluster.region ?? ""}`;
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(`Who may do what: stack ${stack}`)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Who may do what</h1>
<p>${escaped(`Stack ${stack}, cluster ${cluster.name}${where}. Written from its config alone.`)}</p>
<nav aria-label="Contents"><ul>
${[["relaxed", "What is relaxed"], ["people", "People"], ...(principals.length === 0 ? [] : [["principals", "The cluster"]]), ...tasks.map((chain) => [anchor(chain), heading(chain)])].map(([id = "", text = ""]) => `<li><a href="#${escaped(id)}">${escaped(text)}</a></li>`).join("\n")}
</ul></nav>
</header>
<main>
<section id="relaxed"><h2>What is relaxed</h2>
${relaxed.length === 0 ? "<p>Nothing: no rule of the platform is set aside.</p>" : `<ul>${relaxed.map((line) => `<li>${escaped(line)}</li>`).join("")}</ul>`}
</section>
<section id="people"><h2>People</h2>
<p>${escaped(
        login === undefined
            ? "Nobody logs in by this stack."
            : `They log in at ${login.issuer}, which says their groups by the claim "${login.groupsClaim}". Whoever is in none of these groups has no rights. Access is given by ${login.contact}.`,
    )}</p>
${table(
    "What groups may do in Airflow",
    ["Group", "DAGs of", "Role", "May"],
    people.map(({ group, team, role, may }) => [group, team ?? "all teams", role, may]),
)}
${
    kubectl.length === 0
        ? ""
        : table(
              "What groups may do in the cluster, by kubectl",
              ["Group", "Namespace", "May"],
              kubectl.map(({ group, namespace, may }) => [group, namespace, may]),
          )
}
${
    machines.length === 0
        ? ""
        : table(
              "Machines that start runs",
              ["Machine", "By tokens of", "DAGs"],
              machines.map(({ machine, tokens, dags }) => [machine, tokens, dags.join(", ")]),
          )
}
</section>
${
    principals.length === 0
        ? ""
        : `<section id="principals"><h2>The cluster</h2>
${table(
    "What principals of AWS may do in the cluster",
    ["Principal", "May"],
    principals.map(({ arn, may }) => [arn, may]),
)}
</section>`
}
${tasks.map(chainSection).join("\n")}
</main>
</body>
</html>
`;
}

function chainSection(chain: TaskChain): string {
    return `<section id="${escaped(anchor(chain))}"><h2>${escaped(heading(chain))}</h2>
<dl>${chainFacts(chain)
        .map(([what, value]) => `<div><dt>${escaped(what)}</dt><dd>${escaped(value)}</dd></div>`)
        .join("")}</dl>
${reachTable("What they may call in the cluster", chain.calls)}
${reachTable("What they may reach outside of the mesh", chain.hosts)}
</section>`;
}

function reachTable(caption: string, rows: readonly Reach[]): string {
    const [heads, ...cells] = reachTexts(rows);
    return table(caption, heads, cells);
}

function table(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
    if (rows.length === 0) {
        return `<p>${escaped(caption)}: nothing.</p>`;
    }
    const cells = ([first = "", ...rest]: readonly string[]) =>
        `<th scope="row">${escaped(first)}</th>${rest.map((cell) => `<td>${escaped(cell)}</td>`).join("")}`;
    // Wide tables scroll, and so must be reached by the keyboard too.
    return `<div class="scroll" role="region" tabindex="0" aria-label="${escaped(caption)}"><table>
<caption>${escaped(caption)}</caption>
<thead><tr>${heads.map((head) => `<th scope="col">${escaped(head)}</th>`).join("")}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${cells(row)}</tr>`).join("\n")}
</tbody></table></div>`;
}

function heading({ team, limits }: TaskChain): string {
    return limits === undefined ? "All tasks" : `Tasks of team ${team}`;
}

function anchor({ team }: TaskChain): string {
    return `team-${team}`;
}

function escaped(text: string): string {
    return text
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;")
        .replaceAll("'", "&#39;");
}

const style = `
:root { color-scheme: light dark; --ink: #1a1d21; --soft: #4c535b; --line: #c9ced4; --ground: #fff; --band: #f3f5f7; --link: #0b5394; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #aeb6bf; --line: #434a52; --ground: #16181b; --band: #202327; --link: #8ab8f0; } }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; color: var(--ink); background: var(--ground); font: 16px/1.5 system-ui, sans-serif; }
h1 { margin: 0; } h2 { margin: 2.5rem 0 .5rem; border-bottom: 2px solid var(--line); }
a { color: var(--link); } :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; list-style: none; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; min-width: 40rem; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; } tbody th { font-weight: 500; }
dl { background: var(--band); padding: .75rem 1rem; margin: .75rem 0; }
dl div { display: grid; grid-template-columns: 9rem 1fr; gap: 1rem; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) { dl div { grid-template-columns: 1fr; gap: 0; margin-bottom: .5rem; } }
@media print { body { max-width: none; padding: 0; } table { min-width: 0; } section { break-inside: auto; } tr { break-inside: avoid; } nav { display: none; } }
`;
