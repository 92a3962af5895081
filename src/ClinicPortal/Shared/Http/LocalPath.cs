namespace ClinicPortal.Shared.Http;

/// <summary>A path to return to that came from outside: only one of this host, never another site's.</summary>
public static class LocalPath
{
    public static string OrHome(string? path) => IsLocal(path) ? path! : "/";

    // An address has no other characters than these, escaped ones included; a header with others could not be sent.
    private static bool IsLocal(string? path) =>
        path is ['/', ..] && path is not ['/', '/' or '\\', ..] && path.All(c => c is > ' ' and <= '~');
}
