/** Major and minor. */
export type OldestVersion = readonly [number, number];

/** Whether a version, such as `v1.14.3`, is older. What is none is not. */
export function isOlder(version: string | undefined, [major, minor]: OldestVersion): boolean {
    const [, hasMajor, hasMinor] = /^v?(\d+)\.(\d+)/.exec(version ?? "") ?? [];
    return (
        hasMajor !== undefined && (Number(hasMajor) < major || (Number(hasMajor) === major && Number(hasMinor) < minor))
    );
}

export function versionText([major, minor]: OldestVersion): string {
    return `${String(major)}.${String(minor)}`;
}
