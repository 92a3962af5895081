using Microsoft.AspNetCore.Identity;

namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>A key pair of which the private part never leaves the person's device, and which the device uses only after it knew the person.</summary>
public sealed class Passkey
{
    public const int LongestName = 60;

    private Passkey()
    {
    }

    public Passkey(Guid accountId, string name, UserPasskeyInfo info, DateTimeOffset now)
    {
        Id = Guid.CreateVersion7(now);
        AccountId = accountId;
        CredentialId = info.CredentialId;
        PublicKey = info.PublicKey;
        Name = name;
        SignCount = info.SignCount;
        Transports = info.Transports ?? [];
        IsUserVerified = info.IsUserVerified;
        IsBackupEligible = info.IsBackupEligible;
        IsBackedUp = info.IsBackedUp;
        CreatedAt = now;
    }

    public Guid Id { get; private set; }

    public Guid AccountId { get; private set; }

    /// <summary>What the device calls it.</summary>
    public byte[] CredentialId { get; private set; } = [];

    public byte[] PublicKey { get; private set; } = [];

    /// <summary>What the person calls it.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Grows with every use, where the device counts.</summary>
    public long SignCount { get; private set; }

    public string[] Transports { get; private set; } = [];

    public bool IsUserVerified { get; private set; }

    public bool IsBackupEligible { get; private set; }

    public bool IsBackedUp { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? LastUsedAt { get; private set; }

    public void Used(UserPasskeyInfo info, DateTimeOffset now) => (SignCount, IsBackedUp, LastUsedAt) = (info.SignCount, info.IsBackedUp, now);

    public void Rename(string name) => Name = name;

    /// <summary>As ASP.NET Core Identity checks it. What was said when it was made is checked then, and not kept.</summary>
    public UserPasskeyInfo ToInfo() => new(
        CredentialId, PublicKey, CreatedAt, (uint)SignCount, Transports, IsUserVerified, IsBackupEligible, IsBackedUp, attestationObject: [], clientDataJson: [])
    { Name = Name };
}
