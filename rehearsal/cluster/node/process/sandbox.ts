import { type Environment } from "./container-environment.ts";

/** A file or folder of this machine, at a path inside the container. */
export interface Mount {
    readonly source: string;
    readonly target: string;
    readonly readOnly: boolean;
}

export interface Sandbox {
    readonly hostname: string;
    readonly user: number;
    readonly group: number;
    readonly workingFolder: string;
    /** Folders that the image has. */
    readonly folders: readonly string[];
    /** Later ones lie over earlier ones. */
    readonly mounts: readonly Mount[];
    readonly readOnlyRoot: boolean;
    /** Names of variables that are for this side only. */
    readonly hidden: readonly string[];
    readonly command: readonly string[];
    /** The descriptor to which bwrap writes the process id and the exit code. */
    readonly statusDescriptor: number;
}

/** What programs of this machine need of it. Nothing else of its files is seen inside: no home, no checkout, no keys. */
const SYSTEM = [
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib64",
    "/etc/alternatives",
    "/etc/ssl",
    "/etc/pki",
    "/etc/ca-certificates",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
];

// The real ones, one by one: a fresh set would need a namespace in which the container's user is root.
const DEVICES = ["null", "zero", "full", "random", "urandom", "tty"];

/**
 * Arguments of bwrap. The environment is inherited, never an argument, where others could read it. The user inside is
 * the one that the pod asks for, mapped to the user that runs the rehearsal.
 */
export function sandboxArguments(sandbox: Sandbox): string[] {
    return [
        ["--unshare-user", "--uid", String(sandbox.user), "--gid", String(sandbox.group)],
        ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", sandbox.hostname],
        SYSTEM.flatMap((path) => ["--ro-bind-try", path, path]),
        ["--proc", "/proc", "--dir", "/dev", "--perms", "1777", "--tmpfs", "/dev/shm"],
        DEVICES.flatMap((name) => ["--dev-bind-try", `/dev/${name}`, `/dev/${name}`]),
        ["--symlink", "/proc/self/fd", "/dev/fd"],
        ["stdin", "stdout", "stderr"].flatMap((name, fd) => [
            "--symlink",
            `/proc/self/fd/${String(fd)}`,
            `/dev/${name}`,
        ]),
        ["--perms", "1777", "--dir", "/tmp", "--dir", "/run", "--dir", "/var"],
        sandbox.folders.flatMap((folder) => ["--dir", folder]),
        sandbox.mounts.flatMap(({ source, target, readOnly }) => [readOnly ? "--ro-bind" : "--bind", source, target]),
        sandbox.readOnlyRoot ? ["--remount-ro", "/"] : [],
        ["--chdir", sandbox.workingFolder],
        sandbox.hidden.flatMap((name) => ["--unsetenv", name]),
        ["--json-status-fd", String(sandbox.statusDescriptor), "--", ...sandbox.command],
    ].flat();
}

/** The files by which a pod knows itself and the cluster's names, by path. */
export function identityFiles(pod: {
    hostname: string;
    podIP: string;
    namespace: string;
    nameServer: string;
    user: number;
    group: number;
    home: string;
}): Environment {
    const search = [`${pod.namespace}.svc.cluster.local`, "svc.cluster.local", "cluster.local"];
    const groups = new Map([
        [0, "root"],
        [pod.group, pod.group === 0 ? "root" : "container"],
    ]);
    return {
        "/etc/hosts": `127.0.0.1\tlocalhost\n${pod.podIP}\t${pod.hostname}\n`,
        "/etc/resolv.conf": `nameserver ${pod.nameServer}\nsearch ${search.join(" ")}\noptions ndots:5\n`,
        "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
        "/etc/passwd": `container:x:${String(pod.user)}:${String(pod.group)}::${pod.home}:/bin/sh\n`,
        "/etc/group": [...groups].map(([id, name]) => `${name}:x:${String(id)}:\n`).join(""),
    };
}
