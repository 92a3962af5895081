using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Shared.Csv;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Associations.ImportMembers;

/// <summary>The headings of the CSV file. They are its format, the same in every language of the screen.</summary>
internal static class MemberColumns
{
    public const int MaxBytes = 2 * 1024 * 1024;
    public const int MaxRows = 1000;

    public const string Name = "医療機関名";
    public const string Kana = "フリガナ";
    public const string Code = "医療機関コード";
    public const string Support = "在支診区分";
    public const string Group = "連携グループ";
    public const string Situation = "支援の状況";
    public const string Address = "所在地";
    public const string Phone = "電話番号";
    public const string Fax = "FAX";
    public const string Hours = "標榜時間";
    public const string Doctors = "医師";
    public const string ContactName = "担当者";
    public const string ContactEmail = "担当者メール";
    public const string Latitude = "緯度";
    public const string Longitude = "経度";

    private static readonly OrderedDictionary<string, string> Fields = new()
    {
        [Name] = ClinicField.Name,
        [Kana] = ClinicField.Kana,
        [Code] = ClinicField.Code,
        [Support] = ClinicField.Support,
        [Group] = ClinicField.Group,
        [Situation] = ClinicField.Situation,
        [Address] = ClinicField.Address,
        [Phone] = ClinicField.Phone,
        [Fax] = ClinicField.Fax,
        [Hours] = ClinicField.Hours,
        [Doctors] = ClinicField.Doctors,
        [ContactName] = ClinicField.ContactName,
        [ContactEmail] = ClinicField.ContactEmail,
        [Latitude] = ClinicField.Latitude,
        [Longitude] = ClinicField.Longitude,
    };

    public static IReadOnlyList<string> All => Fields.Keys;

    public static IReadOnlyList<string> Required { get; } = [Name, Kana, Code, Address, Phone];

    /// <summary>Shown with their values in the preview, beside what is wrong with them.</summary>
    public static IReadOnlyList<string> Previewed { get; } = [Name, Kana, Code, Support, Address, Phone, Hours, Doctors, ContactEmail];

    public static string Heading(string field) => Fields.First(column => column.Value == field).Key;

    public static Result<CsvFile> Read(string text) => CsvFile.Read(text, All, Required, MaxRows);

    public static WrittenClinic Written(CsvRow row) => new(row.Cells.ToDictionary(cell => Fields[cell.Key], cell => cell.Value));
}
