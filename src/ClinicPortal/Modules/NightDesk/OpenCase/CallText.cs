using System.Text;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.NightDesk.OpenCase;

/// <summary>What was taken down of a call, as it is kept: nothing is not a blank, readings are katakana, figures are narrow.</summary>
public sealed record CallText(Caller Caller, UnregisteredPatient? Patient, string? Complaint)
{
    public const int MaxComplaint = 4_000;
    public const int MaxName = 100;
    public const int MaxAddress = 300;

    private const int FewestDigits = 3;
    private const int MostDigits = 15;

    private static readonly DateOnly EarliestBirth = new(1880, 1, 1);

    public static CallText Of(Caller caller, UnregisteredPatient? patient, string? complaint) => new(
        caller with { Name = Text(caller.Name), Phone = Phone(caller.Phone) },
        patient is null ? null : new UnregisteredPatient(
            Text(patient.Name), Reading(patient.Kana), patient.BirthDate, Phone(patient.Phone), Text(patient.Address)),
        Text(complaint));

    public IEnumerable<Error> Problems(DateOnly today)
    {
        foreach (var (field, text, limit) in new (string, string?, int)[]
        {
            ("complaint", Complaint, MaxComplaint), ("caller.name", Caller.Name, MaxName), ("caller.phone", Caller.Phone, MaxName),
            ("patient.name", Patient?.Name, MaxName), ("patient.kana", Patient?.Kana, MaxName),
            ("patient.phone", Patient?.Phone, MaxName), ("patient.address", Patient?.Address, MaxAddress),
        })
        {
            if (text?.Length > limit)
            {
                yield return Error.OnField(field, "too-long", limit);
            }
        }
        if (Patient?.Kana is { } kana && !Kana.TryRead(kana, out _))
        {
            yield return Error.OnField("patient.kana", "not-kana");
        }
        if (Patient?.BirthDate is { } born && (born < EarliestBirth || born > today))
        {
            yield return Error.OnField("patient.birthDate", "impossible-birth-date");
        }
        foreach (var (field, phone) in new[] { ("caller.phone", Caller.Phone), ("patient.phone", Patient?.Phone) })
        {
            if (phone is not null && PhoneDigits.Of(phone).Length is < FewestDigits or > MostDigits)
            {
                yield return Error.OnField(field, "not-a-phone");
            }
        }
    }

    private static string? Text(string? sent) => string.IsNullOrWhiteSpace(sent) ? null : sent.Trim();

    private static string? Phone(string? sent) => Text(sent)?.Normalize(NormalizationForm.FormKC);

    private static string? Reading(string? sent)
    {
        if (Text(sent) is not { } text)
        {
            return null;
        }
        Kana.TryRead(text, out var katakana);
        return katakana;
    }
}
