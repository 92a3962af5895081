using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CsvHelper;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>
/// One CSV file read into records: the heading names the properties (in camel case), in any order, each once. Several
/// values in a cell are separated by semicolons.
/// </summary>
internal sealed class SettingsTable(SettingsProblems problems)
{
    private const char ListSeparator = ';';

    private static readonly CsvReaderOptions Format = new()
    {
        Separator = ',',
        TrackLineNumbers = true,
        TrimWhitespace = true,
        // A quote left open would otherwise swallow the rest of the file unseen.
        AllowLineBreaksInQuotes = false,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    public IReadOnlyList<T> Read<T>(string path)
        where T : class
    {
        if (!File.Exists(path))
        {
            problems.Add(0, "", "FileMissing");
            return [];
        }

        return Parse<T>(File.ReadAllText(path));
    }

    public IReadOnlyList<T> Parse<T>(string text)
        where T : class
    {
        try
        {
            using var csv = CsvReader.FromText(text, Format);
            csv.ReadHeader();
            return BindHeading(csv.Headers, typeof(T)) is { } columns ? ReadRows<T>(csv, columns) : [];
        }
        catch (CsvFormatException exception)
        {
            problems.Add((int)exception.LineNumber, "", "NotCsv");
            return [];
        }
    }

    private PropertyInfo[]? BindHeading(IReadOnlyList<string> heading, Type type)
    {
        var properties = type.GetProperties().Where(property => property.CanWrite)
            .ToDictionary(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));
        var columns = new List<PropertyInfo>();
        foreach (var name in heading)
        {
            if (properties.Remove(name, out var property))
            {
                columns.Add(property);
            }
            else
            {
                problems.Add(1, name, "UnknownColumn");
            }
        }

        foreach (var name in properties.Keys)
        {
            problems.Add(1, name, "ColumnMissing");
        }

        return columns.Count == heading.Count && properties.Count == 0 ? [.. columns] : null;
    }

    private List<T> ReadRows<T>(CsvReader csv, PropertyInfo[] columns)
        where T : class
    {
        var rows = new List<T>();
        while (csv.Read())
        {
            var line = (int)csv.LineNumber;
            if (csv.FieldCount != columns.Length)
            {
                problems.Add(line, "", "WrongNumberOfCells", columns.Length, csv.FieldCount);
                continue;
            }

            var row = Activator.CreateInstance<T>();
            for (var i = 0; i < columns.Length; i++)
            {
                BindCell(row, columns[i], csv.GetString(i), line);
            }

            rows.Add(row);
        }

        return rows;
    }

    private void BindCell(object row, PropertyInfo property, string text, int line)
    {
        var field = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        var isList = property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);
        if (text.Length == 0 && !isList)
        {
            if (property.IsDefined(typeof(RequiredMemberAttribute)))
            {
                problems.Add(line, field, "CellEmpty");
            }

            return;
        }

        var read = isList
            ? TryReadList(text, property.PropertyType.GetGenericArguments()[0], out var value)
            : SettingsScalar.TryConvert(text, property.PropertyType, out value);
        if (read)
        {
            property.SetValue(row, value);
            problems.AddBrokenRules(line, field, property, value);
        }
        else
        {
            problems.AddUnreadable(line, field, isList ? property.PropertyType.GetGenericArguments()[0] : property.PropertyType);
        }
    }

    private static bool TryReadList(string text, Type item, out object? value)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        value = list;
        foreach (var part in text.Split(ListSeparator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!SettingsScalar.TryConvert(part, item, out var element))
            {
                return false;
            }

            list.Add(element);
        }

        return true;
    }
}
