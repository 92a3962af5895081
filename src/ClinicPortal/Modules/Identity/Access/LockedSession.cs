using ClinicPortal.Shared.Http;

namespace ClinicPortal.Modules.Identity.Access;

/// <summary>The session that a request came with, when it is locked: the request is nobody's, and its person may unlock it.</summary>
internal sealed record LockedSession(SignedIn SignedIn)
{
    public const string Path = "/session/locked";

    public static string At(string? back) => $"{Path}?return={Uri.EscapeDataString(LocalPath.OrHome(back))}";
}
