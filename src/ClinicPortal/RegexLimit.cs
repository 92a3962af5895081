using System.Runtime.CompilerServices;

namespace ClinicPortal;

/// <summary>No pattern of the portal may keep a thread for longer, whatever somebody makes it read.</summary>
internal static class RegexLimit
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(500);

    // Before the first pattern is made: each takes the limit that it finds.
    [ModuleInitializer]
    internal static void Set() => AppContext.SetData("REGEX_DEFAULT_MATCH_TIMEOUT", Limit);
}
