namespace ClinicPortal.Modules.Notifications.Contracts;

/// <summary>
/// A mail in plain text. Nothing about a patient belongs in it: mails wait in other people's systems, and are read on phones that lie about.
/// </summary>
/// <param name="To">One address, without a name.</param>
/// <param name="Subject">A line; control characters in it, such as a name may have brought, are left out.</param>
/// <param name="Id">The same for every attempt, so that a mail delivered twice is recognised as one: it becomes the Message-ID.</param>
public sealed record Mail(string To, string Subject, string Text, Guid Id)
{
    /// <summary>An iCalendar file beside the text; its METHOD is what the mail program does with it.</summary>
    public string? Calendar { get; init; }

    public IReadOnlyList<MailFile> Files { get; init; } = [];
}

/// <param name="Name">ASCII, so that every mail program shows it.</param>
/// <param name="Type">As <c>application/pdf</c>.</param>
public sealed record MailFile(string Name, string Type, byte[] Content);

/// <summary>
/// Sends mails. Called from work handlers only: items carry ids, the words are made when they are sent, and what fails is
/// tried again by the work table.
/// </summary>
public interface IMailGateway
{
    /// <exception cref="FormatException"><see cref="Mail.To"/> is not one plain address.</exception>
    /// <exception cref="MailRefusedException">The mail was not taken over by the mail server.</exception>
    Task SendAsync(Mail mail, CancellationToken cancellationToken);
}

/// <summary>Says why in words without addresses or contents, as logs keep them.</summary>
public sealed class MailRefusedException(string message, Exception? inner = null) : Exception(message, inner);
