namespace ClinicPortal.Modules.Notifications;

/// <summary>How the connection to the mail server is secured.</summary>
public enum MailTls
{
    /// <summary>STARTTLS, and no mail where the server does not offer it.</summary>
    Required,

    /// <summary>TLS from the first byte, as on port 465.</summary>
    Implicit,

    /// <summary>In the clear: for a relay on the same machine.</summary>
    None,
}

/// <summary>Configuration section <c>Mail</c>: the server that takes the portal's mails.</summary>
public sealed record MailOptions
{
    /// <summary>Without one, mails become files in Development and stay undone work elsewhere.</summary>
    public string? Host { get; init; }

    public int Port { get; init; } = 587;

    public string? User { get; init; }

    public string? Password { get; init; }

    public MailTls Tls { get; init; } = MailTls.Required;

    /// <summary>PEM file of the server's own certificate, where no public authority vouches for it.</summary>
    public string? Certificate { get; init; }

    /// <summary>The address that mails come from.</summary>
    public string From { get; init; } = "portal@localhost";
}
