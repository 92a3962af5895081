using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>Settings of the database as YAML: to read them by the rules of the files, and to write the files.</summary>
internal static class SettingsYaml
{
    public static YamlNode Node(JsonNode? node) => node switch
    {
        JsonObject record => new YamlMappingNode(record.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create<YamlNode, YamlNode>(new YamlScalarNode(pair.Key), Node(pair.Value)))),
        JsonArray list => new YamlSequenceNode(list.Select(Node)),
        null => new YamlScalarNode("") { Style = ScalarStyle.Plain },
        _ when node.GetValueKind() == JsonValueKind.String => new YamlScalarNode(node.GetValue<string>()) { Style = ScalarStyle.DoubleQuoted },
        _ => new YamlScalarNode(node.ToJsonString()) { Style = ScalarStyle.Plain },
    };

    public static string Text(JsonNode? node)
    {
        using var text = new StringWriter { NewLine = "\n" };
        new YamlStream(new YamlDocument(Node(node))).Save(text, assignAnchors: false);
        // The stream ends with the mark of a document's end, which a file of one document does not need.
        return text.ToString().Replace("\n...\n", "\n", StringComparison.Ordinal);
    }
}
