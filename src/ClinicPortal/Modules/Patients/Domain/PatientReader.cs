using System.Text;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Patients.Domain;

/// <summary>What the words may refer to.</summary>
/// <param name="Clinic">The clinic that writes: the primary physician's.</param>
/// <param name="Clinics">All clinics of the association.</param>
public sealed record PatientContext(
    MemberClinicInfo Clinic, IReadOnlyList<MemberClinicInfo> Clinics, IReadOnlyList<CareFacilityInfo> Facilities, TownBlocks Towns, DateOnly Today)
{
    /// <summary>A clinic that is suspended or has left reads its patients and writes none.</summary>
    public bool MayWrite => Clinic.Membership.StateOn(Today) is MembershipState.Active or MembershipState.Leaving;
}

/// <summary>Reads what is written of a patient into what one is registered with, and notes what is wrong with which field.</summary>
internal sealed class PatientReader(WrittenPatient written, PatientContext context)
{
    private const int LongestText = 2000;
    private const int OldestAge = 125;
    internal static readonly char[] ListSeparators = [';', '\uFF1B', '\n'];
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
            FamilyName = Needed(PatientField.FamilyName),
            GivenName = Needed(PatientField.GivenName),
            FamilyKana = Kana(PatientField.FamilyKana),
            GivenKana = Kana(PatientField.GivenKana),
            BirthDate = BirthDate(),
            Sex = ReadSex(),
            Phone = Phone(PatientField.Phone),
            Mobile = Phone(PatientField.Mobile),
            Address = written[PatientField.Address],
            TownName = town?.Name ?? "",
            Latitude = town?.Latitude,
            Longitude = town?.Longitude,
            PrimaryClinic = (context.Clinic.Id, context.Clinic.Name),
            SecondaryClinic = SecondaryClinic(),
            Facility = Facility(),
            Room = Text(PatientField.Room),
            ChartNumber = Text(PatientField.ChartNumber),
            Chart = Chart(),
        };
        return problems.Count == 0 ? details : null;
    }

    private ChartSummary Chart() => new()
    {
        Diagnoses = List(PatientField.Diagnoses),
        Medicines = List(PatientField.Medicines),
        AsNeededMedicines = List(PatientField.AsNeededMedicines),
        Narcotics = List(PatientField.Narcotics),
        Allergies = List(PatientField.Allergies),
        Devices = [.. written.Rows(PatientField.Devices).Select(Device).OfType<MedicalDevice>()],
        Dnar = ReadYesNo(PatientField.Dnar),
        AdvanceCarePlan = AdvanceCarePlan(),
        KeyPersons = [.. written.Rows(PatientField.KeyPersons).Select(KeyPerson).OfType<KeyPerson>()],
        Entry = Text(PatientField.Entry),
        Parking = Text(PatientField.Parking),
        Pets = Text(PatientField.Pets),
        Infection = Text(PatientField.Infection),
        CareLevel = Text(PatientField.CareLevel),
        Insurance = Text(PatientField.Insurance),
        BurdenTenths = Burden(),
        PublicExpense = Text(PatientField.PublicExpense),
        CareManager = Contact(PatientField.CareManager, PatientField.CareManagerPhone),
        HomeNursing = Contact(PatientField.HomeNursing, PatientField.HomeNursingPhone),
        BackupHospital = Text(PatientField.BackupHospital),
        LastScheduledVisit = Date(PatientField.LastScheduledVisit),
        StandingInstructions = Text(PatientField.StandingInstructions),
    };

    private string? Text(string field)
    {
        var text = written[field];
        if (text.Length > LongestText)
        {
            problems.Add(Error.OnField(field, "too-long", LongestText));
        }
        return text.Length == 0 ? null : text;
    }

    private string Needed(string field)
    {
        if (Text(field) is { } text)
        {
            return text;
        }
        problems.Add(Error.OnField(field, "required"));
        return "";
    }

    private string[] List(string field) =>
        Text(field)?.Split(ListSeparators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Half-width kana and hiragana become katakana; anything else is not kana.</summary>
    private string Kana(string field)
    {
        if (!Shared.Kana.TryRead(Needed(field), out var kana))
        {
            problems.Add(Error.OnField(field, "patient.not-kana"));
        }
        return kana;
    }

    private DateOnly? Date(string field)
    {
        if (Text(field) is not { } text)
        {
            return null;
        }
        if (!WrittenDate.TryParse(text, out var date))
        {
            problems.Add(Error.OnField(field, "patient.not-a-date"));
        }
        return date;
    }

    private DateOnly BirthDate()
    {
        _ = Needed(PatientField.BirthDate);
        var date = Date(PatientField.BirthDate);
        if (date is { } read && read != default && (read > context.Today || read < context.Today.AddYears(-OldestAge)))
        {
            problems.Add(Error.OnField(PatientField.BirthDate, "patient.impossible-birth-date"));
        }
        return date ?? default;
    }

    private Sex ReadSex()
    {
        switch (Needed(PatientField.Sex).Normalize(NormalizationForm.FormKC).ToUpperInvariant())
        {
            case "男" or "男性" or "M" or "MALE" or "1":
                return Sex.Male;
            case "女" or "女性" or "F" or "FEMALE" or "2":
                return Sex.Female;
            case "":
                return default;
            default:
                problems.Add(Error.OnField(PatientField.Sex, "patient.unknown-sex"));
                return default;
        }
    }

    private string? Phone(string field)
    {
        if (written[field] is not { Length: > 0 } text)
        {
            return null;
        }
        if (!PhoneNumber.TryRead(text, out var number))
        {
            problems.Add(Error.OnField(field, "patient.not-a-phone"));
        }
        return number;
    }

    private Shared.Tenancy.Settings.TownBlock? Town()
    {
        var address = Needed(PatientField.Address);
        var town = address.Length == 0 ? null : context.Towns.Find(address);
        if (address.Length > 0 && town is null)
        {
            problems.Add(Error.OnField(PatientField.Address, "patient.unknown-town"));
        }
        return town;
    }

    private (ClinicId, string)? SecondaryClinic()
    {
        if (Text(PatientField.SecondaryClinic) is not { } text)
        {
            return null;
        }
        var wanted = SearchText.Letters(text);
        if (context.Clinics.FirstOrDefault(c => SearchText.Letters(c.Name) == wanted || c.Institution.Code == wanted || c.Id.Value.ToString() == text) is not { } clinic)
        {
            problems.Add(Error.OnField(PatientField.SecondaryClinic, "patient.unknown-clinic"));
            return null;
        }
        return (clinic.Id, clinic.Name);
    }

    private (FacilityId, string)? Facility()
    {
        if (Text(PatientField.Facility) is not { } text)
        {
            return null;
        }
        var wanted = SearchText.Letters(text);
        if (context.Facilities.FirstOrDefault(f => SearchText.Letters(f.Name) == wanted || f.Id.Value.ToString() == text) is not { } facility)
        {
            problems.Add(Error.OnField(PatientField.Facility, "patient.unknown-facility"));
            return null;
        }
        return (facility.Id, facility.Name);
    }

    private bool ReadYesNo(string field)
    {
        var text = written[field].Normalize(NormalizationForm.FormKC).ToUpperInvariant();
        if (!Yes.Contains(text) && !No.Contains(text))
        {
            problems.Add(Error.OnField(field, "patient.not-yes-or-no"));
        }
        return Yes.Contains(text);
    }

    private int? Burden()
    {
        if (Text(PatientField.Burden) is not { } text)
        {
            return null;
        }
        if (text.Normalize(NormalizationForm.FormKC).TrimEnd('割') is [>= '0' and <= '3' and var tenths])
        {
            return tenths - '0';
        }
        problems.Add(Error.OnField(PatientField.Burden, "patient.not-a-burden"));
        return null;
    }

    private AdvanceCarePlan? AdvanceCarePlan()
    {
        var plan = new AdvanceCarePlan(Date(PatientField.AcpDate), Text(PatientField.AcpSigner), Text(PatientField.Wishes));
        return plan is { Date: null, Signer: null, Wishes: null } ? null : plan;
    }

    private MedicalDevice? Device(int row)
    {
        var (name, size, changed) = (Part(PatientField.Devices, row, 0), Part(PatientField.Devices, row, 1), Part(PatientField.Devices, row, 2));
        if (Text(name) is not { } known)
        {
            problems.Add(Error.OnField(name, "required"));
            return null;
        }
        return new MedicalDevice(known, Text(size), Date(changed));

        static string Part(string group, int row, int part) => PatientField.Row(group, row, PatientField.DeviceParts[part]);
    }

    private KeyPerson? KeyPerson(int row)
    {
        var (name, relation, phone) = (Part(row, 0), Part(row, 1), Part(row, 2));
        if (Text(name) is not { } known || Text(phone) is null)
        {
            problems.Add(Error.OnField(written[name].Length == 0 ? name : phone, "patient.not-a-contact"));
            return null;
        }
        return new KeyPerson(known, Text(relation), Phone(phone) ?? "");

        static string Part(int row, int part) => PatientField.Row(PatientField.KeyPersons, row, PatientField.PersonParts[part]);
    }

    private Contact? Contact(string nameField, string phoneField)
    {
        if (Text(nameField) is { } name)
        {
            return new Contact(name, Phone(phoneField));
        }
        if (written[phoneField].Length > 0)
        {
            problems.Add(Error.OnField(nameField, "required"));
        }
        return null;
    }
}
