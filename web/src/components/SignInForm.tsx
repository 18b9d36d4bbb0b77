/** The form that opens a session, on its page or over another. */
import { Alert, Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";

import type { ApiError } from "../api/problem";
import { useSignIn } from "../api/session";
import { Failure } from "./Failure";

interface Fields {
  username: string;
  password: string;
}

/** Why somebody who was signed in is asked again. */
export function SessionEnded({ error }: { error: ApiError }) {
  const { t } = useTranslation();
  if (error.problem?.code === "user-disabled") return <Failure error={error} />;
  return <Alert type="info" showIcon role="status" title={t("console.sign-in.ended")} />;
}

export function SignInForm({ username }: { username: string }) {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const [form] = Form.useForm<Fields>();
  const needed = [{ required: true, message: t("console.needed") }];
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ username }}
      onFinish={(fields) => {
        if (signIn.isPending) return;
        signIn.mutate(fields, {
          onError: () => {
            form.focusField("password");
          },
        });
      }}
    >
      <Form.Item name="username" label={t("console.sign-in.username")} rules={needed}>
        <Input autoComplete="username" autoCapitalize="none" spellCheck={false} size="large" />
      </Form.Item>
      <Form.Item name="password" label={t("console.sign-in.password")} rules={needed}>
        <Input.Password autoComplete="current-password" size="large" autoFocus />
      </Form.Item>
      {signIn.isError && (
        <div style={{ marginBottom: 16 }}>
          <Failure error={signIn.error} />
        </div>
      )}
      <Button type="primary" htmlType="submit" size="large" block loading={signIn.isPending}>
        {t("console.sign-in.submit")}
      </Button>
    </Form>
  );
}
