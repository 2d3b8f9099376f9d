/** How AWS's provider says that there is nothing of the kind, in the words of its several services. */
const absent = /no matching .* found|not ?found|couldn't find resource|empty result/i;

/** Whoever is not let in, or has no profile to be let in by, does not know what is there. */
const unseen = /credential|profile|not authorized|access ?denied/i;

/** What a lookup finds, or undefined where AWS has no such thing. Not being able to look stays an error. */
export async function found<T>(lookup: Promise<T>): Promise<T | undefined> {
    try {
        return await lookup;
    } catch (error) {
        const text = String(error);
        if (absent.test(text) && !unseen.test(text)) {
            return undefined;
        }
        throw error;
    }
}
