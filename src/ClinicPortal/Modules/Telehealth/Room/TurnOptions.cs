namespace ClinicPortal.Modules.Telehealth.Room;

/// <summary>Configuration section <c>Turn</c>: the servers that help two browsers to find a way, and carry picture and sound where there is none.</summary>
public sealed record TurnOptions
{
    /// <summary>Such as <c>turn:turn.example:3478?transport=udp</c>, <c>turns:turn.example:5349?transport=tcp</c>, <c>stun:turn.example:3478</c>.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>coturn's <c>static-auth-secret</c>; required with a <c>turn:</c> address.</summary>
    public string? Secret { get; init; }

    /// <summary>Never between the browsers themselves: neither side learns the other's address.</summary>
    public bool RelayOnly { get; init; }

    /// <summary>How long credentials let somebody in; a call that is on goes on.</summary>
    public int LifetimeMinutes { get; init; } = 120;

    public bool IsUsable =>
        Urls.All(url => url.StartsWith("stun:", StringComparison.Ordinal) || url.StartsWith("turn:", StringComparison.Ordinal) || url.StartsWith("turns:", StringComparison.Ordinal))
        && (Secret is { Length: > 0 } || !Urls.Any(url => url.StartsWith("turn", StringComparison.Ordinal)))
        && (!RelayOnly || Urls.Any(url => url.StartsWith("turn", StringComparison.Ordinal)))
        && LifetimeMinutes is >= 5 and <= 24 * 60;
}
