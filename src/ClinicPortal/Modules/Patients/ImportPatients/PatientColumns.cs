using ClinicPortal.Modules.Patients.Domain;

namespace ClinicPortal.Modules.Patients.ImportPatients;

/// <summary>The headings of the CSV file. They are its format, the same in every language of the screen.</summary>
internal static class PatientColumns
{
    public const string ChartNumber = "カルテ番号";
    public const string FamilyName = "姓";
    public const string GivenName = "名";
    public const string FamilyKana = "セイ";
    public const string GivenKana = "メイ";
    public const string BirthDate = "生年月日";
    public const string Sex = "性別";
    public const string Phone = "電話番号";
    public const string Mobile = "携帯電話";
    public const string Address = "住所";
    public const string SecondaryClinic = "副主治医の医療機関";
    public const string Facility = "施設";
    public const string Room = "部屋";
    public const string Diagnoses = "病名";
    public const string Medicines = "定時薬";
    public const string AsNeededMedicines = "頓用";
    public const string Narcotics = "麻薬";
    public const string Allergies = "アレルギー";
    public const string Devices = "機器";
    public const string Dnar = "DNAR";
    public const string AcpDate = "ACP作成日";
    public const string AcpSigner = "ACP署名者";
    public const string Wishes = "意思・希望";
    public const string KeyPersons = "連絡先";
    public const string Entry = "入り方";
    public const string Parking = "駐車";
    public const string Pets = "ペット";
    public const string Infection = "感染症";
    public const string CareLevel = "要介護度";
    public const string Insurance = "保険";
    public const string Burden = "負担割合";
    public const string PublicExpense = "公費";
    public const string CareManager = "ケアマネジャー";
    public const string CareManagerPhone = "ケアマネジャー電話";
    public const string HomeNursing = "訪問看護";
    public const string HomeNursingPhone = "訪問看護電話";
    public const string BackupHospital = "後方支援病院";
    public const string LastScheduledVisit = "最終訪問診療日";
    public const string StandingInstructions = "主治医の指示";

    public static IReadOnlyList<string> Required { get; } = [FamilyName, GivenName, FamilyKana, GivenKana, BirthDate, Sex, Address];

    /// <summary>Shown with their values in the preview, beside what is wrong with them.</summary>
    public static IReadOnlyList<string> Previewed { get; } = [ChartNumber, FamilyName, GivenName, FamilyKana, GivenKana, BirthDate, Sex, Phone, Address];

    /// <summary>What each heading writes, in the order of the template.</summary>
    private static readonly OrderedDictionary<string, string> Fields = new()
    {
        [ChartNumber] = PatientField.ChartNumber,
        [FamilyName] = PatientField.FamilyName,
        [GivenName] = PatientField.GivenName,
        [FamilyKana] = PatientField.FamilyKana,
        [GivenKana] = PatientField.GivenKana,
        [BirthDate] = PatientField.BirthDate,
        [Sex] = PatientField.Sex,
        [Phone] = PatientField.Phone,
        [Mobile] = PatientField.Mobile,
        [Address] = PatientField.Address,
        [SecondaryClinic] = PatientField.SecondaryClinic,
        [Facility] = PatientField.Facility,
        [Room] = PatientField.Room,
        [Diagnoses] = PatientField.Diagnoses,
        [Medicines] = PatientField.Medicines,
        [AsNeededMedicines] = PatientField.AsNeededMedicines,
        [Narcotics] = PatientField.Narcotics,
        [Allergies] = PatientField.Allergies,
        [Devices] = PatientField.Devices,
        [Dnar] = PatientField.Dnar,
        [AcpDate] = PatientField.AcpDate,
        [AcpSigner] = PatientField.AcpSigner,
        [Wishes] = PatientField.Wishes,
        [KeyPersons] = PatientField.KeyPersons,
        [Entry] = PatientField.Entry,
        [Parking] = PatientField.Parking,
        [Pets] = PatientField.Pets,
        [Infection] = PatientField.Infection,
        [CareLevel] = PatientField.CareLevel,
        [Insurance] = PatientField.Insurance,
        [Burden] = PatientField.Burden,
        [PublicExpense] = PatientField.PublicExpense,
        [CareManager] = PatientField.CareManager,
        [CareManagerPhone] = PatientField.CareManagerPhone,
        [HomeNursing] = PatientField.HomeNursing,
        [HomeNursingPhone] = PatientField.HomeNursingPhone,
        [BackupHospital] = PatientField.BackupHospital,
        [LastScheduledVisit] = PatientField.LastScheduledVisit,
        [StandingInstructions] = PatientField.StandingInstructions,
    };

    public static IReadOnlyList<string> All => Fields.Keys;

    public static string Field(string heading) => Fields[heading];

    /// <summary>The heading under which a field stands in the file; the parts of a list's rows stand in its one cell.</summary>
    public static string Heading(string field)
    {
        var exact = Fields.FirstOrDefault(column => column.Value == field).Key;
        return exact ?? Fields.First(column => column.Value == PatientField.Group(field)).Key;
    }
}
