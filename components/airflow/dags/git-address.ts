/** The parts of a repository's address that somebody here needs. */
export interface GitAddress {
    /** The address as Airflow gets it: without the user of https, whom the credentials name. */
    readonly address: string;
    /** Who logs in, over https. Undefined where the address names nobody. */
    readonly user: string | undefined;
    readonly host: string;
    readonly port: number;
    readonly tls: boolean;
}

/** Characters of a path that neither Helm, nor Kubernetes, nor a shell takes for something of theirs. */
const pathCharacters = /^(?:[\w.~/+@:,=&!()-]|%[0-9a-f]{2})*$/i;

const hostName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Longer ones are tokens: GitHub's users have 39 characters at most. */
const longestUser = 48;

/**
 * Reads `https://…`, `ssh://…` or `git@host:path`, as people copy it from GitHub, GitLab, Bitbucket, Azure DevOps, AWS
 * CodeCommit and others. Else a text: why it cannot be used, and the way out, without the address itself.
 */
export function parseGitAddress(text: string): GitAddress | string {
    return otherKind(text) ?? (text.includes("://") ? parsedUrl(text) : parsedShort(text));
}

/** What some git understands, and the one in Airflow's image does not, or should not. */
function otherKind(text: string): string | undefined {
    if (/[{}]/.test(text)) {
        return "braces have a meaning to Helm. Write them as %7B and %7D.";
    }
    if (/\s/.test(text)) {
        return "it has a space in it. Write that as %20.";
    }
    if (/^codecommit:/.test(text)) {
        return (
            "that form needs git-remote-codecommit, which Airflow's image does not have. Write it as " +
            "https://git-codecommit.<region>.amazonaws.com/v1/repos/<name>, with git credentials of IAM in credentials."
        );
    }
    if (/^(http|git|ftps?):\/\//.test(text)) {
        return "whoever is on the way could change the DAGs that run, because it is not protected. Use https:// or ssh://.";
    }
    if (/^(git\+ssh|ssh\+git|git\+https):\/\//.test(text)) {
        return "that way to write it is an old one. Leave out the git+ or +git.";
    }
    if (/^(file:|\.{0,2}\/|~)/.test(text)) {
        return "it is a folder, and pods fetch repositories from a server. For a folder of the image set kind to local.";
    }
    if (/%(0[0-9a-f]|1[0-9a-f]|7f)/i.test(text)) {
        return "it has a control character in it. Remove it.";
    }
    return undefined;
}

function parsedUrl(text: string): GitAddress | string {
    const match = /^(https|ssh):\/\/(?:([^/]*)@)?([^/@]*)(\/.*)?$/i.exec(text);
    const [, scheme = "", userInfo, authority = "", path = ""] = match ?? [];
    if (match === null) {
        return "it must begin with https://, ssh:// or git@host:. Correct it.";
    }
    if (userInfo?.includes(":") === true) {
        return "an address stands in Airflow's config and in its logs, and this one has a password in it. Put that into credentials.";
    }
    const tls = scheme.toLowerCase() === "https";
    const [, name = "", portText] = /^(.*?)(?::(\d+))?$/.exec(authority) ?? [];
    const problem = hostProblem(name) ?? portProblem(portText) ?? pathProblem(path);
    if (problem !== undefined) {
        return problem;
    }
    if (!tls && (userInfo ?? "") === "") {
        return "it names nobody who logs in, and git would log in as the container's own user. Write git@ before the host.";
    }
    const user = userInfo === undefined || userInfo === "" ? undefined : decoded(userInfo);
    if (userInfo !== undefined && (user === undefined || user.length > longestUser || !/^[\w.~+@-]*$/.test(user))) {
        return "what stands before the @ is no user's name. Where it is a token, put that into credentials, and consider it known to others.";
    }
    const port = portText === undefined ? "" : `:${portText}`;
    return {
        address: tls ? `https://${name}${port}${path}` : text,
        user: tls ? user : undefined,
        host: name.toLowerCase(),
        port: portText === undefined ? (tls ? 443 : 22) : Number(portText),
        tls,
    };
}

/** As scp takes it, which is git's short form of ssh. */
function parsedShort(text: string): GitAddress | string {
    const [match, user = "", host = "", path = ""] = /^([^@:/]*)@([^@:/]+):(.*)$/.exec(text) ?? [];
    if (match === undefined) {
        return (
            "it must be the repository's address: https://…, ssh://… or git@host:path, with the user and the colon. " +
            "Correct it."
        );
    }
    if (/^\d+(\/|$)/.test(path)) {
        return (
            "after a colon git reads a folder, and this looks like a port. Write it as ssh://git@host:port/path; a folder of " +
            "digits as ssh://git@host/folder/path."
        );
    }
    if (!/^[\w.~+-]+$/.test(user)) {
        return "what stands before the @ is no user's name. Write git@ before the host.";
    }
    return (
        hostProblem(host) ??
        pathProblem(path) ?? { address: text, user: undefined, host: host.toLowerCase(), port: 22, tls: false }
    );
}

function hostProblem(name: string): string | undefined {
    if (/^[\d.]+$|^\[/.test(name)) {
        return "its host is an IP address, and what may be called is said by name. Write the server's name.";
    }
    return hostName.test(name.toLowerCase())
        ? undefined
        : 'its host must be a DNS name: letters, digits, "-" and dots. Correct it.';
}

function portProblem(port: string | undefined): string | undefined {
    return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535)
        ? undefined
        : "its port must be a number from 1 to 65535. Correct it.";
}

function pathProblem(path: string): string | undefined {
    if (/[?#]/.test(path)) {
        return (
            "git takes no query and no fragment. Leave out what follows the ? or #, and write a branch in ref and a folder in " +
            "path; where either is part of a name, as %3F or %23."
        );
    }
    if (/\/(-\/)?(tree|blob|commits?)\/|\/src\/(branch|tag|commit)\//.test(path)) {
        return "it is a page about a branch or a file. End it with the repository, and write the branch in ref and the folder in path.";
    }
    if (/^\/*$/.test(path)) {
        return "it ends with the host. Write the repository's path after it.";
    }
    if (/%(?![0-9a-f]{2})/i.test(path)) {
        return "a percent sign begins the code of a character, as in %20. Write the sign itself as %25.";
    }
    if (/(^|\/)\.\.(\/|$)/.test(path)) {
        return "it has .. in it. Write the path that is meant.";
    }
    return pathCharacters.test(path)
        ? undefined
        : "its path has a character that a shell, Helm or Kubernetes would take for something else. Write that one by its code, as %24 for a dollar.";
}

function decoded(text: string): string | undefined {
    try {
        return decodeURIComponent(text);
    } catch {
        // A percent sign that begins no character.
        return undefined;
    }
}
