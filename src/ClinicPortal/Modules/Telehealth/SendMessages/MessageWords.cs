using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Telehealth.SendMessages;

/// <summary>What messages say, in the language of whoever gets them. No name of a patient, nothing about an illness: they are read on phones that lie about.</summary>
public sealed class MessageWords(IStringLocalizer<BookingText> text)
{
    /// <param name="address">Of the link that it brings; null without one.</param>
    public MessageContent Of(
        MessageKind kind, MessageChannel channel, string to, Appointment about, TenantInfo tenant, string language, string? address = null, string? code = null,
        DateTimeOffset? until = null)
    {
        return Language.In(language, () =>
        {
            var (when, place) = (ScreenDates.NearDayAndTime(about.StartsAt, tenant.Zone), about.PerformingName);
            var ending = until is { } end ? ScreenDates.NearDayAndTime(end, tenant.Zone) : "";
            var phone = tenant.Settings.PhoneNumbers.PublicNumber;
            var body = text[$"Message.{kind}", when, place, address ?? "", code is { Length: 6 } ? $"{code[..3]} {code[3..]}" : "", ending, phone].Value;
            return channel == MessageChannel.Mail
                ? new MessageContent(to, text[$"Message.{kind}.Subject", tenant.Name.ToString()], $"{body}\n\n{text["Message.Footer", tenant.Name.ToString(), phone]}\n")
                : new MessageContent(to, null, $"{text["Message.Sender", tenant.Settings.ShortName]}{body}");
        });
    }
}
