using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>
/// One YAML file read into a settings record. The record is the schema: its properties are the keys (in camel case),
/// <c>required</c> ones must be there, validation attributes are the rules, anything else is a mistake.
/// </summary>
internal sealed class SettingsDocument(SettingsProblems problems)
{
    private readonly Dictionary<string, int> lines = [];

    public SettingsProblems Problems => problems;

    public int LineOf(string field) => lines.GetValueOrDefault(field);

    /// <summary>Reads what can be read; null if the file is not there or not YAML. Look at <see cref="Problems"/> before using it.</summary>
    public T? Read<T>(string path)
        where T : class
    {
        if (!File.Exists(path))
        {
            problems.Add(0, "", "FileMissing");
            return null;
        }

        using var reader = File.OpenText(path);
        return Parse<T>(reader);
    }

    /// <summary>As <see cref="Read"/>, from text: YAML, or the JSON that the database holds, which is YAML too.</summary>
    public T? Parse<T>(TextReader text)
        where T : class
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(text);
        }
        catch (YamlException exception)
        {
            problems.Add((int)exception.Start.Line, "", "NotYaml");
            return null;
        }

        if (yaml.Documents is not [var document])
        {
            problems.Add(1, "", "NotYaml");
            return null;
        }

        return (T?)Bind(document.RootNode, typeof(T), "");
    }

    /// <summary>As <see cref="Read"/>, from a draft in the database; it has no lines.</summary>
    public T? FromJson<T>(JsonNode? draft)
        where T : class => (T?)Bind(SettingsYaml.Node(draft), typeof(T), "");

    private object? Bind(YamlNode node, Type type, string field)
    {
        lines[field] = Line(node);
        if (ItemTypeOf(type) is { } item)
        {
            return BindList(node, item, field);
        }

        return IsSettingsRecord(type) ? BindRecord(node, Nullable.GetUnderlyingType(type) ?? type, field) : BindScalar(node, type, field);
    }

    private object? BindRecord(YamlNode node, Type type, string field)
    {
        if (node is not YamlMappingNode mapping)
        {
            problems.Add(Line(node), field, "NotAMapping");
            return EmptyOf(type);
        }

        var record = Activator.CreateInstance(type);
        var properties = type.GetProperties().Where(property => property.CanWrite).ToDictionary(KeyOf);
        foreach (var (key, value) in mapping.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (properties.Remove(name, out var property))
            {
                BindProperty(record, property, value, Join(field, name));
            }
            else
            {
                problems.Add(Line(key), Join(field, name), "UnknownKey");
            }
        }

        foreach (var (name, _) in properties.Where(pair => IsRequired(pair.Value)))
        {
            problems.Add(Line(node), Join(field, name), "KeyMissing");
        }

        return record;
    }

    private void BindProperty(object? record, PropertyInfo property, YamlNode node, string field)
    {
        if (IsNull(node) || IsRequired(property) && IsBlank(node))
        {
            if (IsRequired(property))
            {
                problems.Add(Line(node), field, "KeyMissing");
            }

            return;
        }

        var before = problems.Found.Count;
        var value = Bind(node, property.PropertyType, field);
        if (problems.Found.Count == before)
        {
            property.SetValue(record, value);
            problems.AddBrokenRules(Line(node), field, property, value);
        }
    }

    private object? BindList(YamlNode node, Type item, string field)
    {
        if (node is not YamlSequenceNode sequence)
        {
            problems.Add(Line(node), field, "NotAList");
            return null;
        }

        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        foreach (var child in sequence)
        {
            list.Add(Bind(child, item, $"{field}[{list.Count}]"));
        }

        return list;
    }

    private object? BindScalar(YamlNode node, Type type, string field)
    {
        if (node is YamlScalarNode { Value: { } text } && SettingsScalar.TryConvert(text, type, out var value))
        {
            return value;
        }

        problems.AddUnreadable(Line(node), field, type);
        return EmptyOf(Nullable.GetUnderlyingType(type) ?? type);
    }

    /// <summary>Stands where a value was refused: a list of value types cannot hold null.</summary>
    private static object? EmptyOf(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;

    /// <summary>Every record of settings requires something; no single value does.</summary>
    private static bool IsSettingsRecord(Type type) => (Nullable.GetUnderlyingType(type) ?? type).IsDefined(typeof(RequiredMemberAttribute), inherit: false);

    private static Type? ItemTypeOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static bool IsRequired(PropertyInfo property) => property.IsDefined(typeof(RequiredMemberAttribute));

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    /// <summary>Written, and yet nothing.</summary>
    private static bool IsBlank(YamlNode node) => node is YamlScalarNode { Value: { } text } && string.IsNullOrWhiteSpace(text);

    private static string KeyOf(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    private static string Join(string field, string name) => field.Length == 0 ? name : $"{field}.{name}";

    private static int Line(YamlNode node) => (int)node.Start.Line;
}
