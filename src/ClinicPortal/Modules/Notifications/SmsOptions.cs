namespace ClinicPortal.Modules.Notifications;

/// <summary>Configuration section <c>Sms</c>: the service that takes the portal's short messages, with an interface like that of Twilio's Messages resource.</summary>
public sealed record SmsOptions
{
    /// <summary>Up to the version; the account and the resource follow.</summary>
    public string Api { get; init; } = "https://api.twilio.com/2010-04-01";

    /// <summary>Without one, messages become files in Development and stay undone work elsewhere.</summary>
    public string? Account { get; init; }

    public string? Token { get; init; }

    /// <summary>The number or name that messages come from.</summary>
    public string? From { get; init; }
}
