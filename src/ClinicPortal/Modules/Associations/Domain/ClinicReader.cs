using System.Globalization;
using System.Net.Mail;
using System.Text;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Associations.Domain;

/// <summary>Reads what is written of a clinic into what one is registered with, and notes what is wrong with which field.</summary>
internal sealed class ClinicReader(WrittenClinic written, TownBlocks towns)
{
    private const int LongestName = 100;
    private const int LongestText = 300;
    private const int MostPhysicians = 30;
    private const double FarthestKilometres = 5;
    private const double KilometresPerDegree = 111;

    /// <summary>What spreadsheets would execute when the list is opened in one again.</summary>
    private const string FormulaStarts = "=+-@\t";

    private static readonly char[] ListSeparators = [';', '；', '\n'];

    private static readonly Dictionary<string, HomeCareSupport> Supports = new(StringComparer.OrdinalIgnoreCase)
    {
        [""] = HomeCareSupport.None,
        ["なし"] = HomeCareSupport.None,
        ["在支診"] = HomeCareSupport.Support,
        ["連携型機能強化型"] = HomeCareSupport.EnhancedLinked,
        ["連携型"] = HomeCareSupport.EnhancedLinked,
        ["単独型機能強化型"] = HomeCareSupport.EnhancedSingle,
        ["単独型"] = HomeCareSupport.EnhancedSingle,
    };

    private static readonly Dictionary<string, CareSituation> Situations = new()
    {
        ["一人で24時間当番"] = CareSituation.AloneOnCall,
        ["在支診以外で夜間往診"] = CareSituation.NightVisitsWithoutSupport,
        ["医師の不在・病気"] = CareSituation.DoctorAbsent,
    };

    private readonly List<Error> problems = [];

    /// <summary>What the cells of a file may say.</summary>
    public static IEnumerable<string> SituationWords => Situations.Keys;

    public IReadOnlyList<Error> Problems => problems;

    /// <returns>Null when something is wrong; see <see cref="Problems"/>.</returns>
    public MemberClinicDetails? Read()
    {
        var town = Town();
        var (latitude, longitude) = Coordinates(town);
        var support = Support();
        var details = new MemberClinicDetails(
            Needed(ClinicField.Name, LongestName), ReadKana(), Code(), support, Phone(ClinicField.Phone, needed: true) ?? "", Phone(ClinicField.Fax, needed: false),
            written[ClinicField.Address], town?.Code ?? "", latitude, longitude, Hours(), Physicians())
        {
            LinkedGroup = Group(support),
            Situation = Situation(),
            ContactName = Contact(),
            ContactEmail = Email(),
        };
        return problems.Count == 0 ? details : null;
    }

    private string? Text(string field, int longest)
    {
        var text = written[field];
        if (text.Length > longest)
        {
            problems.Add(Error.OnField(field, "too-long", longest));
        }
        if (text.Length > 0 && FormulaStarts.Contains(text[0]))
        {
            problems.Add(Error.OnField(field, "clinic.formula"));
        }
        return text.Length == 0 ? null : text;
    }

    private string Needed(string field, int longest)
    {
        if (Text(field, longest) is { } text)
        {
            return text;
        }
        problems.Add(Error.OnField(field, "required"));
        return "";
    }

    private string[] List(string field, int longest) =>
        Text(field, longest)?.Split(ListSeparators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private string ReadKana()
    {
        if (!Kana.TryRead(Needed(ClinicField.Kana, LongestName), out var kana))
        {
            problems.Add(Error.OnField(ClinicField.Kana, "not-kana"));
        }
        return kana;
    }

    private InstitutionCode Code()
    {
        var text = Needed(ClinicField.Code, LongestName).Normalize(NormalizationForm.FormKC).Replace("-", "", StringComparison.Ordinal);
        if (text.Length > 0 && !InstitutionCode.TryParse(text, out _))
        {
            problems.Add(Error.OnField(ClinicField.Code, "clinic.not-a-code"));
        }
        return InstitutionCode.TryParse(text, out var code) ? code : default;
    }

    private HomeCareSupport Support()
    {
        var text = written[ClinicField.Support].Normalize(NormalizationForm.FormKC);
        if (Supports.TryGetValue(text, out var support) || (Enum.TryParse(text, out support) && Enum.IsDefined(support)))
        {
            return support;
        }
        problems.Add(Error.OnField(ClinicField.Support, "clinic.unknown-support"));
        return default;
    }

    private string? Group(HomeCareSupport support)
    {
        var group = Text(ClinicField.Group, LongestName);
        if (group is null && support == HomeCareSupport.EnhancedLinked)
        {
            problems.Add(Error.OnField(ClinicField.Group, "clinic.group-required"));
        }
        return group;
    }

    private CareSituation? Situation()
    {
        var text = written[ClinicField.Situation].Normalize(NormalizationForm.FormKC);
        if (text.Length == 0)
        {
            return null;
        }
        if (Situations.TryGetValue(text, out var situation) || (Enum.TryParse(text, out situation) && Enum.IsDefined(situation)))
        {
            return situation;
        }
        problems.Add(Error.OnField(ClinicField.Situation, "clinic.unknown-situation"));
        return null;
    }

    private TownBlock? Town()
    {
        var address = Needed(ClinicField.Address, LongestText);
        var town = address.Length == 0 ? null : towns.Find(address);
        if (address.Length > 0 && town is null)
        {
            problems.Add(Error.OnField(ClinicField.Address, "clinic.unknown-town"));
        }
        return town;
    }

    /// <summary>As surveyed, or the middle of the town block; far from the block they are of another place.</summary>
    private (double Latitude, double Longitude) Coordinates(TownBlock? town)
    {
        var latitude = Degrees(ClinicField.Latitude);
        var longitude = Degrees(ClinicField.Longitude);
        if (latitude is null && longitude is null)
        {
            if (town is not null && (town.Latitude is null || town.Longitude is null))
            {
                problems.Add(Error.OnField(ClinicField.Latitude, "clinic.coordinates-needed"));
            }
            return (town?.Latitude ?? 0, town?.Longitude ?? 0);
        }
        if (latitude is null || longitude is null)
        {
            problems.Add(Error.OnField(latitude is null ? ClinicField.Latitude : ClinicField.Longitude, "clinic.coordinates-both"));
        }
        else if (town is { Latitude: { } north, Longitude: { } east } && Kilometres(latitude.Value, longitude.Value, north, east) > FarthestKilometres)
        {
            problems.Add(Error.OnField(ClinicField.Latitude, "clinic.coordinates-far", FarthestKilometres));
        }
        return (latitude ?? 0, longitude ?? 0);
    }

    private double? Degrees(string field)
    {
        if (written[field] is not { Length: > 0 } text)
        {
            return null;
        }
        if (double.TryParse(text.Normalize(NormalizationForm.FormKC), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var degrees) && double.IsFinite(degrees))
        {
            return degrees;
        }
        problems.Add(Error.OnField(field, "clinic.not-degrees"));
        return null;
    }

    /// <summary>On a plane, which is near enough within a town.</summary>
    private static double Kilometres(double latitude, double longitude, double north, double east) =>
        KilometresPerDegree * double.Hypot(latitude - north, (longitude - east) * double.Cos(double.DegreesToRadians(north)));

    private string? Phone(string field, bool needed)
    {
        if (written[field] is not { Length: > 0 } text)
        {
            if (needed)
            {
                problems.Add(Error.OnField(field, "required"));
            }
            return null;
        }
        if (text.Length > LongestName || !PhoneNumber.TryRead(text, out var number))
        {
            problems.Add(Error.OnField(field, "clinic.not-a-phone"));
            return null;
        }
        return number;
    }

    private List<PostedHours> Hours()
    {
        var read = new List<PostedHours>();
        foreach (var line in List(ClinicField.Hours, LongestText))
        {
            if (!HoursText.TryRead(line, out var hours))
            {
                problems.Add(Error.OnField(ClinicField.Hours, "clinic.not-hours", line));
                break;
            }
            read.Add(hours);
        }
        return read;
    }

    private string[] Physicians()
    {
        var names = List(ClinicField.Doctors, MostPhysicians * LongestName);
        if (names.Length > MostPhysicians || names.Any(name => name.Length > LongestName))
        {
            problems.Add(Error.OnField(ClinicField.Doctors, "clinic.too-many-doctors", MostPhysicians));
        }
        return names;
    }

    private string? Contact()
    {
        var name = Text(ClinicField.ContactName, LongestName);
        if (name is null && written[ClinicField.ContactEmail].Length > 0)
        {
            problems.Add(Error.OnField(ClinicField.ContactName, "required"));
        }
        return name;
    }

    /// <summary>One plain address: a name or a second recipient beside it would be somebody else's to write to.</summary>
    private string? Email()
    {
        if (Text(ClinicField.ContactEmail, LongestName) is not { } text)
        {
            return null;
        }
        if (!MailAddress.TryCreate(text, out var address) || address.Address != text || !text.All(char.IsAscii) || text.Any(char.IsWhiteSpace)
            || !address.Host.Contains('.', StringComparison.Ordinal))
        {
            problems.Add(Error.OnField(ClinicField.ContactEmail, "clinic.not-an-email"));
        }
        return text;
    }
}
