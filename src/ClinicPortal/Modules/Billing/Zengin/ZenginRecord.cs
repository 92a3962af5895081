using System.Globalization;

namespace ClinicPortal.Modules.Billing.Zengin;

/// <summary>A file of the banks is not as it should be.</summary>
/// <param name="line">From 1.</param>
public sealed class ZenginException(int line, ZenginFault fault) : Exception($"Record {line}: {fault}.")
{
    public int Line => line;

    public ZenginFault Fault => fault;
}

public enum ZenginFault
{
    Length,
    Letters,
    Order,
    NotThisKind,
    Number,
    Date,
    Count,
    Total,
}

/// <summary>Writes a record of fixed length field by field: N to the right with zeros before it, C to the left with blanks after it.</summary>
internal sealed class RecordWriter(int length)
{
    private readonly System.Text.StringBuilder text = new(length);

    public RecordWriter N(long value, int digits)
    {
        var written = value.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
        if (value < 0 || written.Length > digits)
        {
            throw new ArgumentOutOfRangeException(nameof(value), $"{value} does not fit into {digits} digits.");
        }
        text.Append(written);
        return this;
    }

    /// <summary>Digits that are a name and no number: a bank's code.</summary>
    public RecordWriter N(string code, int digits)
    {
        if (code.Length > digits || !code.All(char.IsAsciiDigit))
        {
            throw new ArgumentOutOfRangeException(nameof(code), $"{code} is no code of {digits} digits.");
        }
        text.Append(code.PadLeft(digits, '0'));
        return this;
    }

    /// <summary>What is too long is cut, as banks do.</summary>
    public RecordWriter C(string value, int letters)
    {
        var fitting = value.Length > letters ? value[..letters] : value;
        text.Append(fitting.PadRight(letters));
        return this;
    }

    public string End() => text.Length == length ? text.ToString() : throw new InvalidOperationException($"The record has {text.Length} letters, not {length}.");
}

/// <summary>Reads a record of fixed length field by field.</summary>
internal sealed class RecordReader(string record, int line)
{
    private int at;

    public int Line => line;

    public char Kind => record[0];

    public RecordReader Skip(int letters)
    {
        at += letters;
        return this;
    }

    public string C(int letters) => Take(letters).TrimEnd();

    /// <summary>A number; banks leave it blank where there is none.</summary>
    public long N(int digits)
    {
        var text = Take(digits).Trim();
        return text.Length == 0 ? 0 : text.All(char.IsAsciiDigit) ? long.Parse(text, CultureInfo.InvariantCulture) : throw new ZenginException(line, ZenginFault.Number);
    }

    public string Code(int digits) => Take(digits);

    /// <summary>和暦 YYMMDD: without the era, which is the one that makes the date the nearest to <paramref name="near"/>.</summary>
    public DateOnly Date(DateOnly near) => EraDate.Read(Take(6), near) ?? throw new ZenginException(line, ZenginFault.Date);

    private string Take(int letters)
    {
        var field = record.Substring(at, letters);
        at += letters;
        return field;
    }
}

/// <summary>Dates of six digits in the Japanese calendar, as the banks' incoming notices have them.</summary>
public static class EraDate
{
    /// <summary>A file tells of the last days; what would lie farther away is a mistake and not another era.</summary>
    private const int FarthestDays = 1_500;

    /// <summary>The year before the first one of 令和, 平成 and 昭和.</summary>
    private static readonly int[] Eras = [2018, 1988, 1925];

    public static DateOnly? Read(string digits, DateOnly near)
    {
        if (digits.Length != 6 || !digits.All(char.IsAsciiDigit))
        {
            return null;
        }
        var (year, month, day) = (int.Parse(digits[..2], CultureInfo.InvariantCulture), int.Parse(digits[2..4], CultureInfo.InvariantCulture), int.Parse(digits[4..], CultureInfo.InvariantCulture));
        return (from era in Eras
                let full = era + year
                where year > 0 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(full, month)
                let date = new DateOnly(full, month, day)
                where Math.Abs(date.DayNumber - near.DayNumber) <= FarthestDays
                orderby Math.Abs(date.DayNumber - near.DayNumber)
                select (DateOnly?)date).FirstOrDefault();
    }

    public static string Write(DateOnly date) => string.Create(CultureInfo.InvariantCulture, $"{date.Year - 2018:00}{date:MMdd}");
}

/// <summary>The file as a whole: records of one length, with or without line ends.</summary>
internal static class ZenginFile
{
    private const byte EndOfFile = 0x1A;

    public static IReadOnlyList<string> Records(ReadOnlySpan<byte> content, int length)
    {
        var records = new List<string>();
        var at = 0;
        while (at < content.Length)
        {
            if (content[at] is (byte)'\r' or (byte)'\n' or EndOfFile)
            {
                at++;
                continue;
            }
            if (content.Length - at < length)
            {
                throw new ZenginException(records.Count + 1, ZenginFault.Length);
            }
            records.Add(ZenginText.Decode(content.Slice(at, length)) ?? throw new ZenginException(records.Count + 1, ZenginFault.Letters));
            at += length;
            if (at < content.Length && content[at] is not ((byte)'\r' or (byte)'\n' or EndOfFile or (byte)'1' or (byte)'2' or (byte)'8' or (byte)'9'))
            {
                throw new ZenginException(records.Count, ZenginFault.Length);
            }
        }
        return records.Count > 0 ? records : throw new ZenginException(1, ZenginFault.Length);
    }

    /// <exception cref="ZenginException">There is none, or it is of another kind.</exception>
    public static RecordReader Expect(IReadOnlyList<string> records, int at, char kind) =>
        at < records.Count && records[at][0] == kind ? new RecordReader(records[at], at + 1) : throw new ZenginException(at + 1, ZenginFault.Order);

    public static byte[] Write(IEnumerable<string> records) => [.. records.SelectMany(record => (byte[])[.. ZenginText.Encode(record), (byte)'\r', (byte)'\n'])];
}
