namespace ClinicPortal.Modules.Notifications.Contracts;

/// <summary>A short message. Nothing about a patient's illness belongs in it: it is shown on locked phones.</summary>
/// <param name="To">Digits of a Japanese mobile number as dialled within Japan.</param>
/// <param name="Id">The same for every attempt.</param>
public sealed record Sms(string To, string Text, Guid Id);

/// <summary>Sends short messages, from work handlers only: what fails is tried again by the work table.</summary>
public interface ISmsGateway
{
    /// <exception cref="FormatException"><see cref="Sms.To"/> is no mobile number.</exception>
    /// <exception cref="SmsRefusedException">The message was not taken over.</exception>
    Task SendAsync(Sms sms, CancellationToken cancellationToken);
}

/// <summary>Says why in words without numbers or contents, as logs keep them.</summary>
public sealed class SmsRefusedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Phones that can read a short message.</summary>
public static class MobileNumbers
{
    /// <summary>070, 080 and 090; 050 is a voice number.</summary>
    public static bool IsMobile(string? digits) => digits is ['0', '7' or '8' or '9', '0', ..] && digits.Length == 11 && digits.All(char.IsAsciiDigit);

    /// <summary>As ITU-T E.164 writes it: +81 90….</summary>
    public static string International(string digits) =>
        IsMobile(digits) ? string.Concat("+81", digits.AsSpan(1)) : throw new FormatException("Not a Japanese mobile number.");
}
