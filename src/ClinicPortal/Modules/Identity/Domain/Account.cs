using Microsoft.AspNetCore.Identity;

namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>A person who can sign in. Accounts are global; what a person may do is a <see cref="Membership"/>.</summary>
public sealed class Account : IdentityUser<Guid>
{
    private Account()
    {
    }

    public Account(Guid id, string email, string displayName, string kana, DateTimeOffset now)
    {
        Id = id;
        UserName = email;
        NormalizedUserName = email.ToUpperInvariant();
        SecurityStamp = Secret.New();
        DisplayName = displayName;
        Kana = kana;
        CreatedAt = now;
    }

    /// <summary>The address is the sign-in name; one column holds both.</summary>
    public override string? Email
    {
        get => UserName;
        set => UserName = value;
    }

    public string DisplayName { get; private set; } = "";

    /// <summary>Reading of the name.</summary>
    public string Kana { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>From then on nobody signs in to it, and its sessions are over.</summary>
    public DateTimeOffset? DisabledAt { get; private set; }

    /// <summary>Whose administrators disabled it, and may enable it again; none where the installation's operator did.</summary>
    public Guid? DisabledByOrganisation { get; private set; }

    /// <summary>A known device is one no more, also when the account is enabled again.</summary>
    internal void Disable(Guid? organisationId, DateTimeOffset now)
    {
        DisabledAt ??= now;
        DisabledByOrganisation = organisationId;
        SecurityStamp = Secret.New();
    }

    internal void Enable() => (DisabledAt, DisabledByOrganisation) = (null, null);

    /// <summary>What was proved with the old password, such as a known device, is worth nothing any more.</summary>
    internal void ChangePassword(string hash)
    {
        PasswordHash = hash;
        SecurityStamp = Secret.New();
    }
}
