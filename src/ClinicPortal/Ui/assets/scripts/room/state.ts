// What the portal tells a page of its room.

export interface Person { id: string; role: string; name: string; state: "Invited" | "Waiting" | "Admitted" | "Left" | "Removed"; connected: boolean }
export interface State { status: string; mode: "Video" | "Phone"; people: Person[] }
export interface Server { urls: string[]; username: string | null; credential: string | null }
export interface Welcome { self: string; state: State; servers: Server[]; relayOnly: boolean; topology: string }
