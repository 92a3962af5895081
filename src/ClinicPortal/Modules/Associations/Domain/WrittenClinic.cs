using System.Globalization;

namespace ClinicPortal.Modules.Associations.Domain;

/// <summary>The fields of a clinic as forms and files call them.</summary>
internal static class ClinicField
{
    public const string Name = "name";
    public const string Kana = "kana";
    public const string Code = "code";
    public const string Support = "support";
    public const string Group = "group";
    public const string Situation = "situation";
    public const string Address = "address";
    public const string Latitude = "latitude";
    public const string Longitude = "longitude";
    public const string Phone = "phone";
    public const string Fax = "fax";
    public const string Hours = "hours";
    public const string Doctors = "doctors";
    public const string ContactName = "contactName";
    public const string ContactEmail = "contactEmail";

    public static IReadOnlyList<string> All { get; } =
        [Name, Kana, Code, Support, Group, Situation, Address, Latitude, Longitude, Phone, Fax, Hours, Doctors, ContactName, ContactEmail];
}

/// <summary>What is written of a clinic, field by field, before anybody has looked at what it means.</summary>
public sealed class WrittenClinic(IReadOnlyDictionary<string, string> fields)
{
    /// <summary>Empty for what was not written.</summary>
    public string this[string field] => fields.GetValueOrDefault(field, "");

    /// <param name="text">Of a field; null when nothing was written.</param>
    internal static WrittenClinic From(Func<string, string?> text) => new(ClinicField.All.ToDictionary(field => field, field => text(field) ?? ""));

    internal static WrittenClinic Of(MemberClinic clinic) => new(new Dictionary<string, string>
    {
        [ClinicField.Name] = clinic.Name,
        [ClinicField.Kana] = clinic.Kana,
        [ClinicField.Code] = clinic.InstitutionCode,
        [ClinicField.Support] = clinic.HomeCareSupport.ToString(),
        [ClinicField.Group] = clinic.LinkedGroup ?? "",
        [ClinicField.Situation] = clinic.Situation?.ToString() ?? "",
        [ClinicField.Address] = clinic.Address,
        [ClinicField.Latitude] = clinic.Latitude.ToString(CultureInfo.InvariantCulture),
        [ClinicField.Longitude] = clinic.Longitude.ToString(CultureInfo.InvariantCulture),
        [ClinicField.Phone] = clinic.Phone,
        [ClinicField.Fax] = clinic.Fax ?? "",
        [ClinicField.Hours] = string.Join('\n', clinic.PostedHours.Select(HoursText.Write)),
        [ClinicField.Doctors] = string.Join('\n', clinic.Physicians.OrderBy(p => p.Position).Select(p => p.Name)),
        [ClinicField.ContactName] = clinic.ContactName ?? "",
        [ClinicField.ContactEmail] = clinic.ContactEmail ?? "",
    });

    internal WrittenClinic With(string field, string text) => new(new Dictionary<string, string>(fields) { [field] = text });

    internal IReadOnlyList<string> DifferentFrom(WrittenClinic other) => [.. ClinicField.All.Where(field => this[field] != other[field])];
}
