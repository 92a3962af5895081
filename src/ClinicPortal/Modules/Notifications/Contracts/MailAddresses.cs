using MimeKit;

namespace ClinicPortal.Modules.Notifications.Contracts;

/// <summary>What the portal takes for the address of a mail.</summary>
public static class MailAddresses
{
    /// <summary>RFC 5321, 4.5.3.1.3: the longest path, without its brackets.</summary>
    public const int MaxLength = 254;

    /// <summary>Exactly one address: no name beside it, no list, no comment, no line break that would begin another header.</summary>
    public static bool IsPlain(string? text) =>
        text is { Length: > 2 and <= MaxLength }
        && text.All(c => c is > ' ' and <= '~' and not ('<' or '>' or '(' or ')' or ',' or ';' or ':' or '"' or '\\' or '[' or ']'))
        && text.IndexOf('@') is > 0 and var at && at == text.LastIndexOf('@') && at < text.Length - 1
        && MailboxAddress.TryParse(text, out var address) && address.Address == text;
}
