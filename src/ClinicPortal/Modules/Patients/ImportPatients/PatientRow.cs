using System.Text;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Patients.ImportPatients;

/// <summary>What the cells of a file may refer to.</summary>
/// <param name="Clinics">All clinics of the association.</param>
internal sealed record ImportContext(
    MemberClinicInfo Clinic, IReadOnlyList<MemberClinicInfo> Clinics, IReadOnlyList<CareFacilityInfo> Facilities, TownBlocks Towns, DateOnly Today);

/// <summary>Reads one row's cells into what a patient is registered with, and notes what is wrong with which column.</summary>
internal sealed class PatientRow(FileRow row, ImportContext context)
{
    private const int LongestText = 2000;
    private const int OldestAge = 125;
    private static readonly char[] ListSeparators = [';', '\uFF1B', '\n'];
    private static readonly string[] Yes = ["あり", "有", "有り", "はい", "○", "1", "TRUE", "YES"];
    private static readonly string[] No = ["", "なし", "無", "無し", "いいえ", "×", "0", "FALSE", "NO"];

    private readonly List<Error> problems = [];

    public IReadOnlyList<Error> Problems => problems;

    /// <returns>Null when something is wrong; see <see cref="Problems"/>.</returns>
    public PatientDetails? Read()
    {
        var town = Town();
        var details = new PatientDetails
        {
            FamilyName = Needed(PatientColumns.FamilyName),
            GivenName = Needed(PatientColumns.GivenName),
            FamilyKana = Kana(PatientColumns.FamilyKana),
            GivenKana = Kana(PatientColumns.GivenKana),
            BirthDate = BirthDate(),
            Sex = ReadSex(),
            Phone = Phone(PatientColumns.Phone, row[PatientColumns.Phone]),
            Mobile = Phone(PatientColumns.Mobile, row[PatientColumns.Mobile]),
            Address = row[PatientColumns.Address],
            TownName = town?.Name ?? "",
            Latitude = town?.Latitude,
            Longitude = town?.Longitude,
            PrimaryClinic = (context.Clinic.Id, context.Clinic.Name),
            SecondaryClinic = SecondaryClinic(),
            Facility = Facility(),
            Room = Text(PatientColumns.Room),
            ChartNumber = Text(PatientColumns.ChartNumber),
            Chart = Chart(),
        };
        return problems.Count == 0 ? details : null;
    }

    private ChartSummary Chart() => new()
    {
        Diagnoses = List(PatientColumns.Diagnoses),
        Medicines = List(PatientColumns.Medicines),
        AsNeededMedicines = List(PatientColumns.AsNeededMedicines),
        Narcotics = List(PatientColumns.Narcotics),
        Allergies = List(PatientColumns.Allergies),
        Devices = [.. List(PatientColumns.Devices).Select(Device)],
        Dnar = ReadYesNo(PatientColumns.Dnar),
        AdvanceCarePlan = AdvanceCarePlan(),
        KeyPersons = [.. List(PatientColumns.KeyPersons).Select(KeyPerson).OfType<KeyPerson>()],
        Entry = Text(PatientColumns.Entry),
        Parking = Text(PatientColumns.Parking),
        Pets = Text(PatientColumns.Pets),
        Infection = Text(PatientColumns.Infection),
        CareLevel = Text(PatientColumns.CareLevel),
        Insurance = Text(PatientColumns.Insurance),
        BurdenTenths = Burden(),
        PublicExpense = Text(PatientColumns.PublicExpense),
        CareManager = Contact(PatientColumns.CareManager, PatientColumns.CareManagerPhone),
        HomeNursing = Contact(PatientColumns.HomeNursing, PatientColumns.HomeNursingPhone),
        BackupHospital = Text(PatientColumns.BackupHospital),
        LastScheduledVisit = Date(PatientColumns.LastScheduledVisit),
        StandingInstructions = Text(PatientColumns.StandingInstructions),
    };

    private string? Text(string column)
    {
        var text = row[column];
        if (text.Length > LongestText)
        {
            problems.Add(Error.OnField(column, "too-long", LongestText));
        }
        return text.Length == 0 ? null : text;
    }

    private string Needed(string column)
    {
        if (Text(column) is { } text)
        {
            return text;
        }
        problems.Add(Error.OnField(column, "required"));
        return "";
    }

    private string[] List(string column) =>
        Text(column)?.Split(ListSeparators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Half-width kana and hiragana become katakana; anything else is not kana.</summary>
    private string Kana(string column)
    {
        var kana = string.Concat(Needed(column).Normalize(NormalizationForm.FormKC).Select(c => c is >= 'ぁ' and <= 'ゖ' ? (char)(c + ('ァ' - 'ぁ')) : c));
        if (!kana.All(c => c is >= 'ァ' and <= 'ヺ' or 'ー' or '・' or ' '))
        {
            problems.Add(Error.OnField(column, "import.not-kana"));
        }
        return kana;
    }

    private DateOnly? Date(string column)
    {
        if (Text(column) is not { } text)
        {
            return null;
        }
        if (!WrittenDate.TryParse(text, out var date))
        {
            problems.Add(Error.OnField(column, "import.not-a-date"));
        }
        return date;
    }

    private DateOnly BirthDate()
    {
        _ = Needed(PatientColumns.BirthDate);
        var date = Date(PatientColumns.BirthDate);
        if (date is { } read && read != default && (read > context.Today || read < context.Today.AddYears(-OldestAge)))
        {
            problems.Add(Error.OnField(PatientColumns.BirthDate, "import.impossible-birth-date"));
        }
        return date ?? default;
    }

    private Sex ReadSex()
    {
        switch (Needed(PatientColumns.Sex).Normalize(NormalizationForm.FormKC).ToUpperInvariant())
        {
            case "男" or "男性" or "M" or "MALE" or "1":
                return Sex.Male;
            case "女" or "女性" or "F" or "FEMALE" or "2":
                return Sex.Female;
            case "":
                return default;
            default:
                problems.Add(Error.OnField(PatientColumns.Sex, "import.unknown-sex"));
                return default;
        }
    }

    private string? Phone(string column, string text)
    {
        if (text.Length == 0)
        {
            return null;
        }
        if (!PhoneNumber.TryRead(text, out var number))
        {
            problems.Add(Error.OnField(column, "import.not-a-phone"));
        }
        return number;
    }

    private Shared.Tenancy.Settings.TownBlock? Town()
    {
        var address = Needed(PatientColumns.Address);
        var town = address.Length == 0 ? null : context.Towns.Find(address);
        if (address.Length > 0 && town is null)
        {
            problems.Add(Error.OnField(PatientColumns.Address, "import.unknown-town"));
        }
        return town;
    }

    private (ClinicId, string)? SecondaryClinic()
    {
        if (Text(PatientColumns.SecondaryClinic) is not { } text)
        {
            return null;
        }
        var wanted = SearchText.Letters(text);
        if (context.Clinics.FirstOrDefault(c => SearchText.Letters(c.Name) == wanted || c.Institution.Code == wanted) is not { } clinic)
        {
            problems.Add(Error.OnField(PatientColumns.SecondaryClinic, "import.unknown-clinic"));
            return null;
        }
        return (clinic.Id, clinic.Name);
    }

    private (FacilityId, string)? Facility()
    {
        if (Text(PatientColumns.Facility) is not { } text)
        {
            return null;
        }
        var wanted = SearchText.Letters(text);
        if (context.Facilities.FirstOrDefault(f => SearchText.Letters(f.Name) == wanted) is not { } facility)
        {
            problems.Add(Error.OnField(PatientColumns.Facility, "import.unknown-facility"));
            return null;
        }
        return (facility.Id, facility.Name);
    }

    private bool ReadYesNo(string column)
    {
        var text = row[column].Normalize(NormalizationForm.FormKC).ToUpperInvariant();
        if (!Yes.Contains(text) && !No.Contains(text))
        {
            problems.Add(Error.OnField(column, "import.not-yes-or-no"));
        }
        return Yes.Contains(text);
    }

    private int? Burden()
    {
        if (Text(PatientColumns.Burden) is not { } text)
        {
            return null;
        }
        if (text.Normalize(NormalizationForm.FormKC).TrimEnd('割') is [>= '0' and <= '3' and var tenths])
        {
            return tenths - '0';
        }
        problems.Add(Error.OnField(PatientColumns.Burden, "import.not-a-burden"));
        return null;
    }

    private AdvanceCarePlan? AdvanceCarePlan()
    {
        var plan = new AdvanceCarePlan(Date(PatientColumns.AcpDate), Text(PatientColumns.AcpSigner), Text(PatientColumns.Wishes));
        return plan is { Date: null, Signer: null, Wishes: null } ? null : plan;
    }

    /// <summary>Name/size/last change; a date may have slashes of its own.</summary>
    private MedicalDevice Device(string text)
    {
        var parts = text.Split('/', 3, StringSplitOptions.TrimEntries);
        DateOnly? changed = null;
        if (parts is [_, _, { Length: > 0 } written])
        {
            if (WrittenDate.TryParse(written, out var date))
            {
                changed = date;
            }
            else
            {
                problems.Add(Error.OnField(PatientColumns.Devices, "import.not-a-date"));
            }
        }
        return new MedicalDevice(parts[0], parts is [_, { Length: > 0 } size, ..] ? size : null, changed);
    }

    /// <summary>Name/relation/phone.</summary>
    private KeyPerson? KeyPerson(string text)
    {
        if (text.Split('/', 3, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, var relation, { Length: > 0 } phone])
        {
            problems.Add(Error.OnField(PatientColumns.KeyPersons, "import.not-a-contact"));
            return null;
        }
        return new KeyPerson(name, relation.Length == 0 ? null : relation, Phone(PatientColumns.KeyPersons, phone) ?? "");
    }

    private Contact? Contact(string nameColumn, string phoneColumn) =>
        Text(nameColumn) is { } name ? new Contact(name, Phone(phoneColumn, row[phoneColumn])) : null;
}
